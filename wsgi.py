"""What a WSGI server and the flask command load."""

from finportal import create_app

app = create_app()
