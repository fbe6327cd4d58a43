"""What is kept of an answer while it streams, so that it outlives its connection, and how it is stopped.

Loaded with the first request that carries `x-answer-id` or asks /v1/answers: other requests pay nothing for it.
"""
