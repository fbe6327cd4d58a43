"""What stands in AWS: the CDK app's settings, stack and constructs."""
