/* load - phones and screens of a hall: one process, one thread, epoll, raw RFC 6455.
 *
 * Says what the pages say: the upgrade with its cookie, the hello, wishes to post as "do" frames
 * under an op of their own. One ticket (a line of the file -T) is one connection:
 *
 *     port <tab> audience <tab> path <tab> cookie
 *
 * A post carries "~" and 18 letters in its text: when it was due (ns, 16 letters a-p) and its
 * phase. Every sight of a post on every connection is a delivery. Its op carries the same
 * letters, so the "ack" frame tells when it was on disk. Posts leave at their rate whatever the
 * server does (open loop), and carry the time they were due: a server that stalls cannot hide it.
 * With -R a text frame is sent bare and nothing is said before, for servers that repeat what
 * they are told ("!" and the letters acknowledge it); -n of them on -p stand for tickets then.
 *
 * Phases, one JSON line each on stdout: "connect"; "open", one for each rate of -r; "again" (-A):
 * all phones hang up, and come back within so many seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;
enum { IDLE, CONNECTING, UPGRADING, JOINING, OPEN, DEAD };

#define SEEN 512              /* posts that a screen which shows the latest again is known to have seen */
typedef struct {
    int fd, state, rest_len, rest_cap, port, kind, since, came_back;
    char *path, *cookie;
    unsigned char *rest;      /* incomplete frame left from the last read */
    u64 asked, *seen;
    int seen_at;
} conn_t;

#define SUB 32                /* sub-buckets per power of two: 3 % resolution */
typedef struct { u64 n, max, sum, b[64 * SUB]; } hist_t;

static const char *kinds[] = { "phone", "projector", "console", "board", "presidium" };
enum { PHONE, KINDS = 5 };

static struct {
    const char *rates, *pids, *tickets, *step;
    int port, n, posters, sources, inflight, size, raw, fresh, warm;
    double secs, drain, settle, spread, again, again_rate;
} o = { .rates = "", .pids = "", .step = "", .port = 8000, .posters = 8, .sources = 4,
        .inflight = 64, .size = 120, .secs = 3, .drain = 10, .settle = 0.5 };

static conn_t *conns;
static int ep, n_open, n_gone, n_fail, next_poster, phase, phones, asked_again;
static u64 posts, deliveries, acks, nacks, frames, bytes_in, skipped;
static hist_t h_ack, h_served, h_del[KINDS];
static char epoch[64];
static unsigned char rbuf[1 << 23];

static u64 now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000000u + t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

static void hist_add(hist_t *h, u64 v) {
    int e = v < SUB ? 0 : 63 - __builtin_clzll(v) - 5, i = v < SUB ? (int)v : (int)(v >> e) + e * SUB;
    h->b[i]++, h->n++, h->sum += v;
    if (v > h->max) h->max = v;
}

static double hist_ms(const hist_t *h, double q) {
    u64 want = (u64)(q * h->n), seen = 0;
    if (!h->n) return 0;
    for (int i = 0; i < 64 * SUB; i++)
        if ((seen += h->b[i]) > want) {
            int e = i < 2 * SUB ? 0 : i / SUB - 1;
            return (double)((u64)(i - e * SUB) << e) / 1e6;
        }
    return h->max / 1e6;
}

/* ---- the servers' figures ---- */

static void server_usage(double *cpu, double *rss_kb) {
    char list[256], *save, file[64], line[1024];
    *cpu = *rss_kb = 0;
    snprintf(list, sizeof list, "%s", o.pids);
    for (char *p = strtok_r(list, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        clockid_t clock; /* to the nanosecond; what /proc says is counted in hundredths */
        struct timespec spent;
        if (!clock_getcpuclockid(atoi(p), &clock) && !clock_gettime(clock, &spent))
            *cpu += spent.tv_sec + spent.tv_nsec / 1e9;
        snprintf(file, sizeof file, "/proc/%s/statm", p);
        FILE *f = fopen(file, "r");
        if (!f) continue;
        long pages;
        if (fgets(line, sizeof line, f) && sscanf(line, "%*d %ld", &pages) == 1)
            *rss_kb += pages * (sysconf(_SC_PAGESIZE) / 1024.0);
        fclose(f);
    }
}

static double own_cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* ---- sending ---- */

static void hang_up(conn_t *c) {
    if (c->state == DEAD || c->state == IDLE) return;
    if (c->state == OPEN) n_open--, n_gone++;
    else n_fail++;
    c->state = DEAD, c->rest_len = 0;
    close(c->fd);
}

static void send_frame(conn_t *c, int opcode, const char *data, int len) {
    unsigned char f[70000], key[4] = { 0x37, 0xfa, 0x21, 0x3d };
    int h = 2;
    f[0] = 0x80 | opcode;
    if (len < 126) f[1] = 0x80 | len;
    else f[1] = 0x80 | 126, f[2] = len >> 8, f[3] = len & 255, h = 4;
    memcpy(f + h, key, 4), h += 4;
    for (int i = 0; i < len; i++) f[h + i] = data[i] ^ key[i & 3];
    if (send(c->fd, f, h + len, MSG_NOSIGNAL) != h + len) hang_up(c);
}

static void say_hello(conn_t *c, int again) {
    char m[256];
    int len = again && !o.fresh && c->since >= 0
        ? sprintf(m, "{\"t\":\"hello\",\"v\":1,\"audience\":\"%s\",\"epoch\":\"%s\",\"since\":%d}", kinds[c->kind], epoch, c->since)
        : (c->since = -1, sprintf(m, "{\"t\":\"hello\",\"v\":1,\"audience\":\"%s\"}", kinds[c->kind]));
    send_frame(c, 1, m, len);
}

static void letters(char *to, u64 ts) {
    for (int i = 0; i < 16; i++) to[i] = 'a' + (ts >> (60 - 4 * i) & 15);
    to[16] = 'a' + (phase >> 4 & 15), to[17] = 'a' + (phase & 15), to[18] = 0;
}

static const char *words[] = { "bussen", "skolan", "torget", "vi", "behöver", "fler", "ljus", "cykelvägar", "trygga",
    "bibliotek", "unga", "i", "byn", "hela", "kommunen", "äldre", "möts", "grönska", "tid", "och", "lek" };

static void post(u64 ts) {
    char m[66000], at[20];
    conn_t *c;
    int tries = 0, start;
    do c = &conns[next_poster++ % o.posters]; while (c->state != OPEN && ++tries < o.posters);
    posts++;
    if (c->state != OPEN) return;
    letters(at, ts);
    int len = o.raw ? sprintf(m, "~%s ", at) : sprintf(m,
        "{\"t\":\"do\",\"op\":\"op%s\",\"command\":{\"type\":\"post-contribution\",\"step\":\"%s\",\"begun\":%d,\"kind\":\"keyword\","
        "\"receipt\":\"%.14s%s\",\"text\":\"~%s ", at, o.step, c->since > 0 ? c->since : 0,
        "abcdefabcdefab", at, at);
    for (start = len - 20; len - start < o.size;)
        len += sprintf(m + len, "%s%s", len == start + 20 ? "" : " ", words[(posts * 7 + len) % (sizeof words / sizeof *words)]);
    if (!o.raw) len += sprintf(m + len, "\"}}");
    else for (len = len > o.size ? o.size : len; len < o.size;) m[len++] = 'x';
    send_frame(c, 1, m, len);
}

/* ---- receiving ---- */

static int read_letters(const unsigned char *p, u64 *ts) {
    *ts = 0;
    for (int i = 0; i < 18; i++) if (p[i] < 'a' || p[i] > 'p') return -1;
    for (int i = 0; i < 16; i++) *ts = *ts << 4 | (p[i] - 'a');
    return (p[16] - 'a') << 4 | (p[17] - 'a');
}

static int seen_before(conn_t *c, u64 ts) {
    if (!c->seen && !(c->seen = calloc(SEEN, sizeof *c->seen))) die("calloc");
    for (int i = 0; i < SEEN; i++) if (c->seen[i] == ts) return 1;
    c->seen[c->seen_at++ % SEEN] = ts;
    return 0;
}

static void scan(conn_t *c, const unsigned char *p, size_t len, u64 t) {
    const unsigned char *end = p + len;
    while (p < end && (p = memchr(p, '~', end - p)) && p + 19 <= end) {
        u64 ts;
        int ph = read_letters(++p, &ts);
        if (ph != (phase & 255) || (c->kind != PHONE && seen_before(c, ts))) continue;
        hist_add(&h_del[c->kind], t > ts ? t - ts : 0);
        if (c->kind == PHONE) deliveries++;
    }
}

static void served(conn_t *c, u64 t) {
    if (c->state != JOINING) return;
    c->state = OPEN, n_open++, c->came_back = asked_again;
    hist_add(&h_served, t - c->asked);
}

static int starts(const unsigned char *p, size_t len, const char *with) {
    size_t l = strlen(with);
    return len >= l && !memcmp(p, with, l);
}

static void on_answer(const unsigned char *p, size_t len, u64 t) {
    u64 ts;
    if (starts(p, len, "{\"t\":\"nack\"")) {
        if (!nacks++) fprintf(stderr, "refused: %.*s\n", (int)(len < 300 ? len : 300), p);
    } else if (len > 40 && read_letters(p + 19, &ts) == (phase & 255)) acks++, hist_add(&h_ack, t - ts);
}

static void on_text(conn_t *c, const unsigned char *p, size_t len, u64 t) {
    u64 ts;
    if (o.raw && *p == '!' && len > 18 && read_letters(p + 1, &ts) == (phase & 255)) { acks++, hist_add(&h_ack, t - ts); return; }
    if (o.raw) { scan(c, p, len, t); return; }
    if (starts(p, len, "{\"t\":\"patch\"")) {
        const unsigned char *to = memmem(p, len < 64 ? len : 64, "\"to\":", 5);
        if (to) c->since = atoi((const char *)to + 5);
        frames += c->kind == PHONE;
        scan(c, p, len, t), served(c, t);
    } else if (starts(p, len, "{\"t\":\"view\"")) {
        c->since = atoi((const char *)p + 18);
        if (c->state == OPEN) skipped++, scan(c, p, len, t);
        served(c, t);
    } else if (starts(p, len, "{\"t\":\"mine\"")) {
        if (c->since >= 0) served(c, t);
    } else if (starts(p, len, "{\"t\":\"welcome\"")) {
        const unsigned char *e = memmem(p, len, "\"epoch\":\"", 9);
        if (e && !*epoch) for (int i = 0; i < 63 && e[9 + i] != '"'; i++) epoch[i] = e[9 + i];
    } else if (starts(p, len, "{\"t\":\"ack\"") || starts(p, len, "{\"t\":\"nack\"")) on_answer(p, len, t);
}

static void on_frame(conn_t *c, int b0, const unsigned char *p, size_t len, u64 t) {
    int opcode = b0 & 15;
    if (opcode == 9) send_frame(c, 10, (const char *)p, len < 126 ? len : 125);
    else if (opcode == 8) {
        if (!n_fail && !n_gone) fprintf(stderr, "closed: %d %.*s\n", len > 1 ? p[0] << 8 | p[1] : 0, (int)(len > 2 ? len - 2 : 0), p + 2);
        hang_up(c);
    } else if (opcode <= 2) {
        if (o.raw) frames++;
        on_text(c, p, len, t);
    }
}

/* Consumes whole frames from p[0..len); returns the bytes used. */
static size_t parse(conn_t *c, const unsigned char *p, size_t len, u64 t) {
    size_t at = 0;
    if (c->state == UPGRADING) {
        unsigned char *e = memmem(p, len, "\r\n\r\n", 4);
        if (!e) return 0;
        if (len < 12 || memcmp(p, "HTTP/1.1 101", 12)) {
            if (!n_fail) fprintf(stderr, "refused: %.*s\n", (int)(len < 300 ? len : 300), p);
            hang_up(c);
            return len;
        }
        at = e + 4 - p;
        c->state = JOINING;
        if (o.raw) served(c, t);
        else say_hello(c, asked_again);
    }
    while (len - at >= 2 && c->state != DEAD) {
        const unsigned char *q = p + at;
        size_t h = 2, l = q[1] & 127;
        if (l == 126) h = 4;
        else if (l == 127) h = 10;
        if (len - at < h) break;
        if (l == 126) l = q[2] << 8 | q[3];
        else if (l == 127) { l = 0; for (int i = 2; i < 10; i++) l = l << 8 | q[i]; }
        if (len - at < h + l) break;
        on_frame(c, q[0], q + h, l, t);
        at += h + l;
    }
    return at;
}

static void on_readable(conn_t *c) {
    size_t have = c->rest_len;
    if (have) memcpy(rbuf, c->rest, have);
    ssize_t r = recv(c->fd, rbuf + have, sizeof rbuf - have, 0);
    if (r < 0 && errno == EAGAIN) return;
    if (r <= 0) { hang_up(c); return; }
    bytes_in += r, have += r;
    size_t used = parse(c, rbuf, have, now());
    if (c->state == DEAD || !(c->rest_len = have - used)) {
        free(c->rest), c->rest = NULL, c->rest_len = c->rest_cap = 0;
        return;
    }
    if (c->rest_len > c->rest_cap) c->rest = realloc(c->rest, c->rest_cap = c->rest_len * 2);
    memcpy(c->rest, rbuf + used, c->rest_len);
}

static void start_connect(int i) {
    conn_t *c = &conns[i];
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(c->port) }, s = { .sin_family = AF_INET };
    int one = 1;
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    if ((c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    s.sin_addr.s_addr = htonl(0x7f000002u + i % o.sources);   /* 127.0.0.2 on: one address has too few ports */
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->fd, (void *)&s, sizeof s)) die("bind");
    if (connect(c->fd, (void *)&a, sizeof a) && errno != EINPROGRESS) die("connect");
    c->state = CONNECTING, c->asked = now();
    struct epoll_event e = { .events = EPOLLOUT, .data.u32 = i };
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}

static void on_connected(int i) {
    conn_t *c = &conns[i];
    char req[2048];
    int err = 0, len;
    socklen_t sl = sizeof err;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &sl);
    if (err) { if (!n_fail) fprintf(stderr, "connect: %s\n", strerror(err)); hang_up(c); return; }
    len = snprintf(req, sizeof req, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nPragma: no-cache\r\n"
                   "Cache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                   "Chrome/138.0.0.0 Mobile Safari/537.36\r\nUpgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\n"
                   "Sec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: sv-SE,sv;q=0.9,en;q=0.8\r\n"
                   "%s%s%sSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
                   c->path, c->port, c->port, *c->cookie ? "Cookie: " : "", c->cookie, *c->cookie ? "\r\n" : "");
    if (o.raw) len = snprintf(req, sizeof req, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", c->port);
    c->state = UPGRADING;
    if (send(c->fd, req, len, MSG_NOSIGNAL) != len) { hang_up(c); return; }
    struct epoll_event e = { .events = EPOLLIN, .data.u32 = i };
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void poll_once(u64 until) {
    struct epoll_event ev[256];
    u64 t = now(), d = until > t ? until - t : 0;
    struct timespec ts = { d / 1000000000u, d % 1000000000u };
    int k = epoll_pwait2(ep, ev, 256, &ts, NULL);
    for (int i = 0; i < k; i++) {
        conn_t *c = &conns[ev[i].data.u32];
        if (c->state == CONNECTING) on_connected(ev[i].data.u32);
        else if (c->state != DEAD) on_readable(c);
    }
}

/* ---- phases ---- */

static void idle(double secs) { for (u64 e = now() + secs * 1e9; now() < e;) poll_once(e); }

static void forget(void) {
    phase++, posts = deliveries = acks = nacks = frames = bytes_in = skipped = 0;
    memset(h_del, 0, sizeof h_del), memset(&h_ack, 0, sizeof h_ack);
}

static void hist_out(const char *name, const hist_t *h) {
    printf(",\"%s_p50_ms\":%.2f,\"%s_p99_ms\":%.2f,\"%s_max_ms\":%.2f", name, hist_ms(h, .5), name, hist_ms(h, .99), name, h->max / 1e6);
}

static void connect_all(void) {
    double cpu0, rss0, cpu1, rss1;
    server_usage(&cpu0, &rss0);
    u64 t0 = now(), limit = t0 + 180000000000u;
    for (int i = 0; n_open + n_fail + n_gone < o.n && now() < limit; poll_once(now() + 2000000))
        while (i < o.n && i - n_open - n_fail - n_gone < o.inflight && (now() - t0) >= o.spread * 1e9 * i / o.n)
            start_connect(i++);
    double secs = (now() - t0) / 1e9;
    server_usage(&cpu1, &rss1);
    idle(o.settle);
    server_usage(&(double){ 0 }, &rss1);
    printf("{\"phase\":\"connect\",\"n\":%d,\"open\":%d,\"failed\":%d,\"secs\":%.3f,\"server_cpu_s\":%.2f,\"rss_mb\":%.1f,"
           "\"rss_kb_each\":%.2f", o.n, n_open, n_fail, secs, cpu1 - cpu0, rss1 / 1024, n_open ? (rss1 - rss0) / n_open : 0);
    hist_out("served", &h_served);
    puts("}"), fflush(stdout);
}

static void post_due(u64 t0, u64 end, double rate) {
    u64 due;
    while (rate > 0 && n_open && (due = t0 + (u64)(posts * (1e9 / rate))) <= now() && due < end) post(due);
}

static void run_phase(double rate, double secs) {
    double cpu0, rss0, cpu1, rss1, own0;
    int gone0 = n_gone;
    forget();
    if (o.warm) idle(1);
    server_usage(&cpu0, &rss0);
    own0 = own_cpu();
    u64 t0 = now(), end = t0 + secs * 1e9;
    for (u64 t; (t = now()) < end;) {
        post_due(t0, end, rate);
        u64 due = t0 + (u64)(posts * (1e9 / rate));
        poll_once(due < end ? due : end);
    }
    double took = (now() - t0) / 1e9, own = own_cpu() - own0;
    u64 in_time = deliveries, acks_in_time = acks, frames_in_time = frames, bytes = bytes_in;
    server_usage(&cpu1, &rss1);
    for (u64 e = now() + o.drain * 1e9; (deliveries < (posts - nacks) * phones || (!o.raw && acks + nacks < posts)) && now() < e;)
        poll_once(now() + 10000000);
    printf("{\"phase\":\"open\",\"n\":%d,\"rate\":%.1f,\"posts\":%llu,\"acked\":%llu,\"refused\":%llu,\"secs\":%.2f,\"deliveries_s\":%.0f,"
           "\"frames_s\":%.0f,\"mb_s\":%.2f,\"acks_s\":%.0f,\"lost\":%lld,\"skipped\":%llu,\"server_cores\":%.6f,\"client_cores\":%.3f,"
           "\"rss_mb\":%.1f,\"gone\":%d", n_open, rate, (unsigned long long)posts, (unsigned long long)acks, (unsigned long long)nacks,
           took, in_time / took, frames_in_time / took, bytes / took / 1e6, acks_in_time / took,
           (long long)((posts - nacks) * phones - deliveries), (unsigned long long)skipped, (cpu1 - cpu0) / took, own / took,
           rss1 / 1024, n_gone - gone0);
    for (int k = 0; k < KINDS; k++) if (h_del[k].n) hist_out(kinds[k], &h_del[k]);
    hist_out("ack", &h_ack);
    puts("}"), fflush(stdout);
}

/* All phones hang up at once, and come back spread over `secs`; whoever is back posts. */
static void come_back(double secs, double rate) {
    double cpu0, rss0, cpu1, rss1;
    forget();
    memset(&h_served, 0, sizeof h_served);
    for (int i = 0; i < o.n; i++) if (conns[i].kind == PHONE) hang_up(&conns[i]);
    idle(1);
    n_gone = n_fail = 0, asked_again = 1;
    server_usage(&cpu0, &rss0);
    u64 t0 = now(), limit = t0 + (u64)((secs + 60) * 1e9), all_back = 0;
    int i = 0, started = 0, back = 0;
    while (now() < limit) {
        for (; i < o.n && (conns[i].kind != PHONE || now() - t0 >= secs * 1e9 * started / phones); i++)
            if (conns[i].kind == PHONE) start_connect(i), started++;
        post_due(t0, limit, rate);
        poll_once(now() + 1000000);
        if (i == o.n) {
            for (back = 0, i = 0; i < o.n; i++) back += conns[i].kind == PHONE && conns[i].came_back;
            if (back + n_fail + n_gone >= phones) { all_back = now(); break; }
        }
    }
    double took = ((all_back ? all_back : now()) - t0) / 1e9;
    server_usage(&cpu1, &rss1);
    for (u64 e = now() + o.drain * 1e9; acks + nacks < posts && now() < e;) poll_once(now() + 10000000);
    printf("{\"phase\":\"again\",\"n\":%d,\"back\":%d,\"failed\":%d,\"gone\":%d,\"secs\":%.2f,\"server_cpu_s\":%.2f,\"rss_mb\":%.1f,"
           "\"posts\":%llu,\"acked\":%llu,\"refused\":%llu", phones, back, n_fail, n_gone, took, cpu1 - cpu0, rss1 / 1024,
           (unsigned long long)posts, (unsigned long long)acks, (unsigned long long)nacks);
    hist_out("served", &h_served), hist_out("ack", &h_ack);
    puts("}"), fflush(stdout);
}

/* ---- start ---- */

static void read_tickets(void) {
    FILE *f = fopen(o.tickets, "r");
    char *line = NULL, *save;
    size_t cap = 0;
    if (!f) die(o.tickets);
    for (o.n = 0; getline(&line, &cap, f) > 0; o.n++) {
        if (!(conns = realloc(conns, (o.n + 1) * sizeof *conns))) die("realloc");
        conn_t *c = &conns[o.n];
        *c = (conn_t){ .port = atoi(strtok_r(line, "\t", &save)), .since = -1 };
        char *kind = strtok_r(NULL, "\t", &save), *path = strtok_r(NULL, "\t", &save), *cookie = strtok_r(NULL, "\n", &save);
        if (!kind || !path || !cookie) { fprintf(stderr, "%s: no ticket: %s\n", o.tickets, line); exit(2); }
        while (c->kind < KINDS && strcmp(kinds[c->kind], kind)) c->kind++;
        if (c->kind == KINDS) { fprintf(stderr, "%s: who is a %s?\n", o.tickets, kind); exit(2); }
        c->path = strdup(path), c->cookie = strdup(cookie);
        phones += c->kind == PHONE;
    }
    free(line), fclose(f);
}

static void usage(void) {
    fputs("load -T tickets | -R [-n connections -p port]   [-s step] [-c posters: the first tickets]\n"
          "     [-r rate,rate] [-d seconds each] [-b bytes of a text] [-i joining at once] [-j seconds to spread joining over]\n"
          "     [-a source addresses] [-S server pid,pid] [-t seconds to settle] [-q seconds to drain] [-w: a second before each rate]\n"
          "     [-A seconds to come back in] [-P posts a second meanwhile] [-F: they have kept nothing]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    for (int k; (k = getopt(argc, argv, "T:Rn:p:s:c:r:d:b:i:j:a:S:t:q:wA:P:F")) != -1;) switch (k) {
        case 'T': o.tickets = optarg; break;         case 'R': o.raw = 1; break;
        case 'n': o.n = atoi(optarg); break;         case 'p': o.port = atoi(optarg); break;
        case 's': o.step = optarg; break;            case 'c': o.posters = atoi(optarg); break;
        case 'r': o.rates = optarg; break;           case 'd': o.secs = atof(optarg); break;      case 'b': o.size = atoi(optarg); break;
        case 'i': o.inflight = atoi(optarg); break;  case 'j': o.spread = atof(optarg); break;
        case 'a': o.sources = atoi(optarg); break;   case 'S': o.pids = optarg; break;
        case 't': o.settle = atof(optarg); break;    case 'q': o.drain = atof(optarg); break;
        case 'w': o.warm = 1; break;                 case 'A': o.again = atof(optarg); break;
        case 'P': o.again_rate = atof(optarg); break; case 'F': o.fresh = 1; break;
        default: usage();
    }
    if ((!o.tickets && !o.raw) || o.size > 60000) usage();
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl), rl.rlim_cur = rl.rlim_max, setrlimit(RLIMIT_NOFILE, &rl);
    if (o.tickets) read_tickets();
    else {
        conns = calloc(phones = o.n, sizeof *conns);
        for (int i = 0; i < o.n; i++) conns[i] = (conn_t){ .port = o.port, .path = "/", .cookie = "", .since = -1 };
    }
    if (!o.n || !conns || (ep = epoll_create1(0)) < 0) die("start");
    if (o.posters > phones) o.posters = phones;
    connect_all();
    char list[512], *save;
    snprintf(list, sizeof list, "%s", o.rates);
    for (char *p = strtok_r(list, ",", &save); p && n_open; p = strtok_r(NULL, ",", &save)) run_phase(atof(p), o.secs);
    if (o.again > 0 && n_open) come_back(o.again, o.again_rate);
    return n_open == o.n ? 0 : 1;
}
