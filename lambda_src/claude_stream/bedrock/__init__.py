"""Amazon Bedrock: its client, the socket and signature under it, its frames, and what its refusals mean."""
