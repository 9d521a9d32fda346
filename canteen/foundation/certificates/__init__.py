"""HTTPS on a network without internet: an authority of this canteen's own, and its certificate.

A camera picture and a page that works offline need a secure context, and no public authority
vouches for ``192.168.3.20``. So this machine makes an authority that may vouch for names of a
local network only, and a certificate for itself; a tablet installs the authority once.
"""

from canteen.foundation.certificates import machine
from canteen.foundation.certificates.authority import Names
from canteen.foundation.certificates.shelf import CannotVouch, Shelf

__all__ = ["CannotVouch", "Names", "Shelf", "machine"]
