"""The counter in Safari's engine (WebKitGTK): what Chromium cannot show of an iPad.

Its own marker, `webkit`; it needs Debian's `webkit2gtk-driver` and `xvfb`, and is left out
where they are missing, never in CI.
"""
