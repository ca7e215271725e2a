"""Answers at a port with the cookies that reach it, and sets its own; ends after a minute."""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

SECONDS = 60


class Mirror(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"cookies": self.headers.get("Cookie", "")}).encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "mirror=1; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("", int(sys.argv[1])), Mirror)
threading.Timer(SECONDS, server.shutdown).start()
server.serve_forever()
