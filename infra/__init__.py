"""What is deployed to AWS: the CDK app's settings, stack and constructs."""
