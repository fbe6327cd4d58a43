"""What OpenAI's two APIs have in common: nothing here is imported for anybody else."""
