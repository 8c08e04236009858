#include "base/child.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The parent may have many threads, so between fork and exec the child makes system calls only;
 * everything it needs (path, arguments, environment) is made ready before.  Why exec failed comes
 * back through a pipe that exec closes.
 *
 * The parent feeds and drains the pipes until both outputs end or the child has.  A child that left
 * a grandchild holding its output would keep us waiting, so once the child itself has ended its
 * whole group is killed, while the unreaped child still keeps the group's number from being reused.
 */

enum { READ_END = 0, WRITE_END = 1, PATH_LEN = 4096 };

struct pipes {
    int in[2], out[2], err[2], why[2];
};

struct exchange {
    const char *input;
    size_t left;
    struct buf *out;
    size_t out_len, out_limit;
    char *errors;
    size_t errors_len, errors_size;
    int in_fd, out_fd, err_fd; /* -1 once closed */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void pipes_finish(struct pipes *p)
{
    int *all[] = {p->in, p->out, p->err, p->why};
    for (int i = 0; i < 4; i++) {
        close_fd(&all[i][READ_END]);
        close_fd(&all[i][WRITE_END]);
    }
}

static int pipes_init(struct pipes *p)
{
    *p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->in, O_CLOEXEC) || pipe2(p->out, O_CLOEXEC) || pipe2(p->err, O_CLOEXEC) ||
        pipe2(p->why, O_CLOEXEC))
        return -1;
    fcntl(p->in[WRITE_END], F_SETFL, O_NONBLOCK);
    fcntl(p->out[READ_END], F_SETFL, O_NONBLOCK);
    fcntl(p->err[READ_END], F_SETFL, O_NONBLOCK);
    return 0;
}

static const char *search_path(void)
{
    const char *path = getenv("PATH");
    return path && *path ? path : "/usr/local/bin:/usr/bin:/bin";
}

/* Writes the program's full path, or returns false. */
static bool find_program(const char *name, char *ret, size_t size)
{
    if (strchr(name, '/')) {
        int n = snprintf(ret, size, "%s", name);
        return n > 0 && (size_t)n < size && access(name, X_OK) == 0;
    }
    for (const char *p = search_path(); *p;) {
        size_t len = strcspn(p, ":");
        int n = snprintf(ret, size, "%.*s/%s", (int)len, p, name);
        if (len && n > 0 && (size_t)n < size && access(ret, X_OK) == 0)
            return true;
        p += len + (p[len] == ':');
    }
    return false;
}

static void limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit r = {soft, hard};
    setrlimit(resource, &r);
}

/* With both limits alike the kernel sends SIGKILL, which is also how it ends a process when memory
 * runs out.  A second between them lets SIGXCPU come first and tell the two apart. */
static void limit_cpu(int seconds)
{
    struct rlimit now;
    rlim_t soft = (rlim_t)seconds, hard = soft + 1;
    if (getrlimit(RLIMIT_CPU, &now) == 0 && hard > now.rlim_max) {
        hard = now.rlim_max;
        soft = soft < hard ? soft : hard;
    }
    limit(RLIMIT_CPU, soft, hard);
}

/* Runs in the child: system calls only, never returns. */
static _Noreturn void become(const char *path, char *const argv[], char *const env[],
                             const struct pipes *p, const struct child_limits *l)
{
    setpgid(0, 0);
    /* Dies with the thread that waits for it, so a killed server leaves no parsers behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sigaction normal = {.sa_handler = SIG_DFL};
    for (int s = 1; s < 32; s++)
        sigaction(s, &normal, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    limit(RLIMIT_CORE, 0, 0);
    if (l->memory)
        limit(RLIMIT_AS, l->memory, l->memory);
    if (l->cpu_seconds)
        limit_cpu(l->cpu_seconds);
    if (l->file_size)
        limit(RLIMIT_FSIZE, l->file_size, l->file_size);
    int why = p->why[WRITE_END];
    int fds[] = {p->in[READ_END], p->out[WRITE_END], p->err[WRITE_END], l->file};
    int count = l->file ? CHILD_FILE + 1 : CHILD_FILE;
    /* Move them out of the way first: one of them may be a standard descriptor itself. */
    why = fcntl(why, F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < count; i++)
        fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < count; i++)
        if (fds[i] < 0 || dup2(fds[i], i) < 0)
            _exit(127);
    /* Whatever else this process holds open without close-on-exec stays out of the child. */
    if (why > count)
        close_range((unsigned)count, (unsigned)why - 1, 0);
    close_range((unsigned)why + 1, ~0u, 0);
    execve(path, argv, env);
    int number = errno;
    ssize_t ignored = write(why, &number, sizeof number);
    (void)ignored;
    _exit(127);
}

static void feed(struct exchange *x)
{
    ssize_t n = write(x->in_fd, x->input, x->left);
    if (n > 0) {
        x->input += n;
        x->left -= (size_t)n;
    }
    /* A child that stops reading early is its own business: its exit code tells. */
    if (!x->left || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_fd(&x->in_fd);
}

static int drain_out(struct exchange *x, struct err *e)
{
    char chunk[65536];
    ssize_t n = read(x->out_fd, chunk, sizeof chunk);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_fd(&x->out_fd);
    if (n <= 0)
        return 0;
    if ((size_t)n > x->out_limit - x->out_len)
        return err_set(e, ERR_LIMIT, "more than %zu bytes of output", x->out_limit);
    x->out_len += (size_t)n;
    if (!x->out)
        return 0;
    buf_append(x->out, chunk, (size_t)n);
    int code = buf_status(x->out);
    return code ? err_set(e, code, "no room for the output") : 0;
}

static void drain_err(struct exchange *x)
{
    char chunk[4096];
    ssize_t n = read(x->err_fd, chunk, sizeof chunk);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_fd(&x->err_fd);
    if (n <= 0)
        return;
    size_t room = x->errors_size - 1 - x->errors_len;
    size_t take = (size_t)n < room ? (size_t)n : room;
    memcpy(x->errors + x->errors_len, chunk, take);
    x->errors_len += take;
    x->errors[x->errors_len] = '\0';
}

/* Has the child ended?  It stays unreaped. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static int exchange_run(struct exchange *x, pid_t pid, int64_t wall_ms, struct err *e)
{
    uint64_t deadline = clock_monotonic_ns() + (uint64_t)wall_ms * 1000000u;
    bool ended = false;
    int pause = 1;
    for (;;) {
        if (!ended && has_ended(pid)) {
            ended = true;
            kill(-pid, SIGKILL); /* whatever it left behind */
        }
        if (ended && x->out_fd < 0 && x->err_fd < 0)
            return 0;
        if (wall_ms > 0 && clock_monotonic_ns() >= deadline)
            return err_set(e, ERR_TIMEOUT, "took longer than %lld ms", (long long)wall_ms);
        struct pollfd fds[] = {
            {x->in_fd, POLLOUT, 0}, {x->out_fd, POLLIN, 0}, {x->err_fd, POLLIN, 0}};
        int n = poll(fds, 3, pause);
        /* Nothing moved: look less often, but notice the end of the child soon. */
        pause = n > 0 ? 1 : pause < 20 ? pause * 2 : 20;
        if (n <= 0)
            continue;
        if (fds[0].revents)
            feed(x);
        if (fds[1].revents) {
            int code = drain_out(x, e);
            if (code)
                return code;
        }
        if (fds[2].revents)
            drain_err(x);
    }
}

/* Writing to a child that has gone raises SIGPIPE; it is held back for this thread and dropped. */
static void hold_sigpipe(sigset_t *ret_old)
{
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, ret_old);
}

static void release_sigpipe(const sigset_t *old)
{
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    if (!sigismember(old, SIGPIPE)) {
        struct timespec now = {0};
        while (sigtimedwait(&pipe_only, NULL, &now) > 0)
            ;
    }
    pthread_sigmask(SIG_SETMASK, old, NULL);
}

static void reap(pid_t pid, struct child_result *r)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    r->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->term_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int child_run(const char *const *argv, const void *input, size_t input_len,
              const struct child_limits *limits, struct buf *out, struct child_result *ret,
              struct err *e)
{
    char path[PATH_LEN], path_variable[PATH_LEN + 8];
    struct child_result result = {0};
    struct pipes p;
    sigset_t old;
    if (!find_program(argv[0], path, sizeof path))
        return err_set(e, ERR_NOT_FOUND, "program %s is not installed", argv[0]);
    snprintf(path_variable, sizeof path_variable, "PATH=%s", search_path());
    char locale[] = "LC_ALL=C.UTF-8";
    char *env[] = {path_variable, locale, NULL};
    /* execve's type predates const; it does not write to the strings. */
    char *const *args = (char *const *)(const void *)argv;
    int code = 0;
    if (pipes_init(&p)) {
        code = err_set_errno(e, ERR_IO, errno, "cannot make pipes for %s", argv[0]);
        goto out_pipes;
    }
    pid_t pid = fork();
    if (pid < 0) {
        code = err_set_errno(e, ERR_IO, errno, "cannot start %s", argv[0]);
        goto out_pipes;
    }
    if (pid == 0)
        become(path, args, env, &p, limits);
    setpgid(pid, pid); /* both sides do it, so that neither can be too late */
    close_fd(&p.in[READ_END]);
    close_fd(&p.out[WRITE_END]);
    close_fd(&p.err[WRITE_END]);
    close_fd(&p.why[WRITE_END]);

    struct exchange x = {.input = input,
                         .left = input ? input_len : 0,
                         .out = out,
                         .out_limit = limits->output ? limits->output : SIZE_MAX,
                         .errors = result.errors,
                         .errors_size = sizeof result.errors,
                         .in_fd = p.in[WRITE_END],
                         .out_fd = p.out[READ_END],
                         .err_fd = p.err[READ_END]};
    p.in[WRITE_END] = p.out[READ_END] = p.err[READ_END] = -1;
    if (!x.left)
        close_fd(&x.in_fd);
    hold_sigpipe(&old);
    code = exchange_run(&x, pid, limits->wall_ms, e);
    release_sigpipe(&old);
    close_fd(&x.in_fd);
    close_fd(&x.out_fd);
    close_fd(&x.err_fd);
    if (code) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
    }
    reap(pid, &result);
    int why = 0;
    if (!code && read(p.why[READ_END], &why, sizeof why) == (ssize_t)sizeof why)
        code = err_set_errno(e, why == ENOENT ? ERR_NOT_FOUND : ERR_IO, why, "cannot start %s",
                             argv[0]);
    else if (code)
        err_wrap(e, "%s", argv[0]);
    if (!code)
        *ret = result;
out_pipes:
    pipes_finish(&p);
    return code;
}
