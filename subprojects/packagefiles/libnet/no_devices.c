/* What libnet_init() calls for other injection types than LIBNET_NONE. */
#include "src/common.h"

static int
refuse(libnet_t *l)
{
    snprintf(l->err_buf, LIBNET_ERRBUF_SIZE, "this libnet opens no devices");
    return (-1);
}

int libnet_select_device(libnet_t *l) { return refuse(l); }
int libnet_open_link(libnet_t *l) { return refuse(l); }
int libnet_open_raw4(libnet_t *l) { return refuse(l); }
int libnet_open_raw6(libnet_t *l) { return refuse(l); }
int libnet_write_link(libnet_t *l, const uint8_t *packet, uint32_t size) { return refuse(l); }
int libnet_write_raw_ipv4(libnet_t *l, const uint8_t *packet, uint32_t size) { return refuse(l); }

/* What it calls for the addresses of a device. */
struct libnet_ether_addr *libnet_get_hwaddr(libnet_t *l)
{
    refuse(l);
    return (NULL);
}

uint32_t libnet_get_ipaddr4(libnet_t *l) { return (uint32_t)refuse(l); }

struct libnet_in6_addr libnet_get_ipaddr6(libnet_t *l)
{
    struct libnet_in6_addr error;
    refuse(l);
    memset(&error, 0xff, sizeof error);
    return (error);
}

int libnet_in6_is_error(struct libnet_in6_addr addr)
{
    struct libnet_in6_addr error;
    memset(&error, 0xff, sizeof error);
    return (memcmp(&addr, &error, sizeof error) == 0);
}
