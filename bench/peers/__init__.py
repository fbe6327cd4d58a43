"""What people run today for the same job, written as they would; nothing is tuned, for or against."""
