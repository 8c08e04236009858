/*
 * Files on their way: each a document (or several as one), two at a time, each with its progress.  A
 * busy server is tried again when it says so; what failed stays in the list with the reason until it is
 * tried again or removed.
 */
import { cx, html, useCallback, useEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { Progress } from '/kit/progress.js';
import { detailOf, reasonOf as reasonFor } from '/actions.js';

const AT_ONCE = 2;
const BUSY_TRIES = 5;
const BUSY_SECONDS = 2;
const NAME_MOST = 200; /* characters that the server takes */
const NAME_END = 20;

/* File systems allow longer names: the middle goes, the ending stays.  A quote travels as three characters. */
function nameToSend(name) {
    const all = [...name.replaceAll('"', "'")];
    return all.length > NAME_MOST
        ? [...all.slice(0, NAME_MOST - NAME_END - 1), '…', ...all.slice(-NAME_END)].join('') : all.join('');
}

/* What the server says of a wrong request is about the files here, not about a value that was typed. */
const reasonOf = (t, e) => (e.code === 'usage' ? e.message : reasonFor(t, e));

const pause = (seconds, signal) => new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new DOMException('cancelled', 'AbortError'));
    });
});

async function send(api, job, update) {
    for (let tries = 1; ; tries++) {
        const form = new FormData();
        job.files.forEach(f => form.append('file', f, nameToSend(f.name)));
        try {
            update({ state: 'sending', share: 0 });
            return await api.upload('/v1/documents', form, share => update(share < 1
                ? { state: 'sending', share } : { state: 'reading', since: Date.now() }), job.stop.signal);
        } catch (e) {
            if (e.status !== 503 || tries === BUSY_TRIES) {
                throw e;
            }
            const seconds = e.retryAfter || BUSY_SECONDS;
            update({ state: 'busy', seconds });
            await pause(seconds, job.stop.signal);
        }
    }
}

/* Gives { jobs, add(files, combine), remove(job), retry(job) }; after each follows
 * onRead(reading, alone) or onFail(name, reason). */
export function useUploads(api, { onRead, onFail, say }) {
    const { t } = useI18n();
    const list = useRef([]);
    const next = useRef(1);
    const [, draw] = useState(0);
    const latest = useRef({});
    latest.current = { onRead, onFail, say, t };

    const redraw = useCallback(() => draw(n => n + 1), []);
    const remove = useCallback(job => {
        job.stop.abort();
        list.current = list.current.filter(j => j !== job);
        redraw();
    }, []);

    const run = useCallback(async job => {
        const update = change => {
            if (change.state === 'reading' && job.state !== 'reading') {
                latest.current.say(latest.current.t('upload.said.reading', { name: job.name }));
            }
            Object.assign(job, change);
            redraw();
        };
        try {
            const reading = await send(api, job, update);
            list.current = list.current.filter(j => j !== job);
            latest.current.say(latest.current.t('upload.said.done', { name: job.name }));
            latest.current.onRead(reading, job.alone);
        } catch (e) {
            if (e.name !== 'AbortError') {
                const reason = reasonOf(latest.current.t, e);
                update({ state: 'failed', error: e });
                latest.current.say(latest.current.t('upload.said.failed', { name: job.name, reason }));
                latest.current.onFail(job.name, reason);
            }
        }
        fill();
    }, [api]);

    const fill = useCallback(() => {
        const busy = list.current.filter(j => !['waiting', 'failed'].includes(j.state)).length;
        list.current.filter(j => j.state === 'waiting').slice(0, Math.max(0, AT_ONCE - busy))
            .forEach(job => {
                job.state = 'sending';
                run(job);
            });
        redraw();
    }, [run]);

    const add = useCallback((files, combine) => {
        const sets = combine ? [files] : files.map(f => [f]);
        for (const set of sets) {
            const name = set.length === 1 ? set[0].name
                : latest.current.t('upload.several', { name: set[0].name, count: set.length - 1 });
            list.current.push({
                id: next.current++, files: set, name, alone: sets.length === 1,
                state: 'waiting', share: 0, stop: new AbortController(),
            });
        }
        fill();
    }, [fill]);

    const retry = useCallback(job => {
        Object.assign(job, { state: 'waiting', error: null, stop: new AbortController() });
        fill();
    }, [fill]);

    return { jobs: list.current, add, remove, retry };
}

function Job({ job, onRemove, onRetry }) {
    const { t } = useI18n();
    const failed = job.state === 'failed';
    const [, tick] = useState(0);
    useEffect(() => {
        if (job.state !== 'reading') {
            return undefined;
        }
        const timer = setInterval(() => tick(n => n + 1), 1000);
        return () => clearInterval(timer);
    }, [job.state]);
    const words = {
        waiting: () => t('upload.waiting'),
        sending: () => t('upload.sending', { percent: t.percent(job.share) }),
        reading: () => t('upload.reading', { seconds: Math.round((Date.now() - job.since) / 1000) }),
        busy: () => t('upload.busy', { seconds: job.seconds }),
        failed: () => reasonOf(t, job.error),
    }[job.state]();
    const share = { waiting: 0, sending: job.share }[job.state] ?? null;
    return html`<li class=${cx('job', failed && 'job-failed')}>
        <div class="job-text"><span class="job-name" title=${job.name}>${job.name}</span>
            <span class="job-state">${words}</span>
            ${failed && html`<span class="job-detail">${detailOf(t, job.error)}</span>`}</div>
        ${failed && html`<${Button} kind="quiet" icon="retry" label=${t('upload.retry')} onClick=${() => onRetry(job)} />`}
        <${Button} kind="quiet" icon="close" onClick=${() => onRemove(job)}
            label=${failed ? t('upload.dismiss') : t('upload.cancel', { name: job.name })} />
        ${!failed && html`<${Progress} value=${share} label=${t('upload.progress', { name: job.name })} />`}
    </li>`;
}

export function Uploads({ uploads }) {
    const { t } = useI18n();
    if (uploads.jobs.length === 0) {
        return null;
    }
    return html`<section class="jobs" aria-label=${t('upload.title')}><h2>${t('upload.title')}</h2><ul>
        ${uploads.jobs.map(job => html`<${Job} key=${job.id} job=${job} onRemove=${uploads.remove}
            onRetry=${uploads.retry} />`)}
    </ul></section>`;
}
