/* See Packet32.h. */
