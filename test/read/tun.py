"""One end of a link of raw IP, for record.sh: DEVICE OWN_SOCKET OTHER_SOCKET."""

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000

device, own, other = sys.argv[1:]
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
link.bind(own)
while True:
    for ready in select.select([tun, link], [], [])[0]:
        try:
            if ready is link:
                os.write(tun, link.recv(4096))
            else:
                link.sendto(os.read(tun, 4096), other)
        except OSError:
            pass  # the other end is not there yet, or the device is still down
