"""Claude on Amazon Bedrock as server-sent events: a WSGI application.

A message passes these modules in turn: `routes -> auth -> request -> bedrock -> events -> sse`. It runs under any
WSGI server and knows nothing of Lambda; the standard library is all it imports there.
"""
