/*
 * vcard FOLDER PORT CERT... - a virtual smart card: libcacard's soft CAC card, whose
 * keys and certificates (by nickname) lie in an NSS database, spoken to over
 * loopback by the reader of vsmartcard-vpcd.
 *
 * The reader sends two octets of length, big-endian, and a command; one octet alone
 * is a control: 0 power off, 1 power on, 2 reset, 4 the ATR is asked for.
 */
#include <arpa/inet.h>
#include <libcacard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OFF, ON, RESET, ATR = 4, LARGEST = 65535 };

static void
give_up(const char *what)
{
	(void)fprintf(stderr, "vcard: %s\n", what);
	exit(1);
}

static VReader *
start_card(const char *folder, int n, char **certs)
{
	char options[4096];
	int used = snprintf(options, sizeof(options),
	    "db=\"sql:%s\" use_hw=no soft=(,Virtual Reader,CAC,", folder);

	for (int i = 0; i < n; i++)
		used += snprintf(options + used, sizeof(options) - (size_t)used, ",%s", certs[i]);
	(void)snprintf(options + used, sizeof(options) - (size_t)used, ")");
	if (vcard_emul_init(vcard_emul_options(options)) != VCARD_EMUL_OK)
		give_up("libcacard makes no card");
	VReader *reader = vreader_get_reader_by_name("Virtual Reader");
	if (reader == NULL)
		give_up("libcacard has no reader");
	return reader;
}

/* The reader may come up after us. */
static int
connect_to(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };

	for (int i = 0; i < 100; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return fd;
		(void)close(fd);
		(void)usleep(100000);
	}
	give_up("there is no reader");
	return -1;
}

static int
receive(int fd, unsigned char *to, size_t n)
{
	while (n != 0) {
		ssize_t got = read(fd, to, n);

		if (got <= 0)
			return 0;
		to += got;
		n -= (size_t)got;
	}
	return 1;
}

static void
answer(int fd, const unsigned char *p, int n)
{
	unsigned char out[2 + LARGEST] = { (unsigned char)(n >> 8), (unsigned char)n };

	memcpy(out + 2, p, (size_t)n);
	if (write(fd, out, (size_t)n + 2) != n + 2)
		give_up("the reader is gone");
}

/* The ATR is asked for again and again, to see whether the card is still there: that
 * must not reset it. */
static void
control(VReader *card, int fd, int what)
{
	static unsigned char atr[256];
	static int n;

	if (what == OFF)
		(void)vreader_power_off(card);
	if (what == ON || what == RESET || (what == ATR && n == 0)) {
		n = sizeof(atr);
		(void)vreader_power_on(card, atr, &n);
	}
	if (what == ATR)
		answer(fd, atr, n);
}

static void
serve(VReader *card, int fd)
{
	static unsigned char command[LARGEST], reply[LARGEST];
	unsigned char head[2];

	while (receive(fd, head, 2)) {
		int n = head[0] << 8 | head[1], reply_n = sizeof(reply);

		if (!receive(fd, command, (size_t)n))
			break;
		if (n == 1)
			control(card, fd, command[0]);
		else if (vreader_xfr_bytes(card, command, n, reply, &reply_n) == VREADER_OK)
			answer(fd, reply, reply_n);
		else
			answer(fd, (const unsigned char *)"\x6f", 2);
	}
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		give_up("usage: vcard FOLDER PORT CERT...");
	serve(start_card(argv[1], argc - 3, argv + 3), connect_to(argv[2]));
	return 0;
}
