"""The journeys of people in real Chromium, against the real server with its worker."""
