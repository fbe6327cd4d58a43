"""Claude on Amazon Bedrock as server-sent events: a WSGI application.

A message passes these in turn: `app -> accounts -> routes -> dialects -> bedrock -> answer_stream -> sse`. It runs
under any WSGI server and knows nothing of Lambda; the standard library is all it imports there.
"""
