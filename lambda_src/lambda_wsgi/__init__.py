"""A WSGI server whose socket is the AWS Lambda Runtime API.

It asks the Runtime API for the next invocation, hands it to a WSGI application as a request, and streams what
the application yields back to Lambda, each chunk at the moment it is yielded. Any WSGI application streams
through a function URL this way, without an adapter layer, a framework or a container image.

A message's way: `runtime_api.next -> environ -> the application -> response -> runtime_api.respond`.

It needs the standard library only, and knows nothing of the application that it serves.
"""
