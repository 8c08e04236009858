/*
 * Client of a service's HTTP interface: JSON answers, errors as RFC 9457 problems, an API key when
 * the server asks for one (kept for this tab only), uploads with progress.
 *
 * askKey(again) is called on 401 and resolves to a key, or to null when the user gives up; requests
 * that fail meanwhile wait for the same answer.
 */
const SLOT = 'api-key';

export class Problem extends Error {
    constructor({ status = 0, title = '', detail = '', code = '', retryAfter = 0 }) {
        super(detail || title || `HTTP ${status}`);
        Object.assign(this, { status, title, detail, code, retryAfter });
    }
}

/* Connection lost, server stopped: there is no answer to quote. */
export const isOffline = e => e instanceof Problem && e.status === 0;

function problemOf(status, text, retryAfter) {
    let body = {};
    try {
        body = JSON.parse(text) || {};
    } catch {
        /* a proxy's own page */
    }
    return new Problem({
        status, title: body.title, detail: body.detail, code: body.code,
        retryAfter: Number(retryAfter) || 0,
    });
}

export class Api {
    constructor(askKey) {
        this.askKey = askKey;
        this.asking = null;
        this.unsaved = null; /* the key, where the browser forbids storage */
    }

    get key() {
        try {
            return sessionStorage.getItem(SLOT) ?? this.unsaved;
        } catch {
            return this.unsaved;
        }
    }

    set key(value) {
        this.unsaved = value;
        try {
            sessionStorage.setItem(SLOT, value);
        } catch {
            /* lives as long as the page */
        }
    }

    /* Runs `attempt(headers)` until it gives something else than 401, asking for a key in between. */
    async authorised(attempt) {
        for (;;) {
            const used = this.key;
            const answer = await attempt(used ? { Authorization: `Bearer ${used}` } : {});
            if (answer.status !== 401) {
                return answer;
            }
            if (this.key === used) {
                this.asking ??= this.askKey(used !== null).finally(() => {
                    this.asking = null;
                });
                const given = await this.asking;
                if (!given) {
                    throw problemOf(401, await answer.text());
                }
                this.key = given;
            }
        }
    }

    async fetch(path, options = {}) {
        const answer = await this.authorised(async headers => {
            try {
                return await fetch(path, { ...options, headers: { ...options.headers, ...headers } });
            } catch (e) {
                throw e.name === 'AbortError' ? e : new Problem({ title: e.message });
            }
        });
        if (!answer.ok) {
            throw problemOf(answer.status, await answer.text(), answer.headers.get('Retry-After'));
        }
        return answer;
    }

    async json(path) {
        return (await this.fetch(path, { headers: { Accept: 'application/json' } })).json();
    }

    async blob(path) {
        return (await this.fetch(path)).blob();
    }

    async remove(path, headers) {
        await this.fetch(path, { method: 'DELETE', headers });
    }

    /* Puts a value as JSON and gives what the server answers. */
    async put(path, value, headers) {
        return (await this.fetch(path, {
            method: 'PUT', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(value),
        })).json();
    }

    /* Posts a form; onProgress(share 0..1) follows the upload.  XMLHttpRequest, because fetch does
     * not tell how much was sent. */
    async upload(path, form, onProgress, signal) {
        const answer = await this.authorised(headers => new Promise((resolve, reject) => {
            const x = new XMLHttpRequest();
            const stop = () => x.abort();
            x.open('POST', path);
            Object.entries(headers).forEach(([k, v]) => x.setRequestHeader(k, v));
            x.upload.onprogress = e => e.lengthComputable && onProgress(e.loaded / e.total);
            x.upload.onload = () => onProgress(1);
            x.onload = () => resolve({
                status: x.status, text: async () => x.responseText,
                retryAfter: x.getResponseHeader('Retry-After'),
            });
            x.onerror = () => reject(new Problem({}));
            x.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
            x.onloadend = () => signal?.removeEventListener('abort', stop);
            signal?.addEventListener('abort', stop);
            x.send(form);
        }));
        const text = await answer.text();
        if (answer.status < 200 || answer.status > 299) {
            throw problemOf(answer.status, text, answer.retryAfter);
        }
        return JSON.parse(text);
    }
}
