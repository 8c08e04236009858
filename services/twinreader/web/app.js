/*
 * The whole page: bar, files on their way, documents, and the document that is open.
 *
 * What is open is in the address (#/ID or #/ID/PAGE), so the browser's back button, bookmarks and new
 * tabs work.
 */
import { html, useCallback, useEffect, useMemo, useRef, useState } from '/kit/html.js';
import { Api } from '/kit/api.js';
import { Button } from '/kit/button.js';
import { Dialog } from '/kit/dialog.js';
import { DropZone } from '/kit/drop-zone.js';
import { useI18n } from '/kit/i18n.js';
import { useMedia } from '/kit/split-view.js';
import { Table } from '/kit/table.js';
import { Toasts, useToasts } from '/kit/toast.js';
import { reasonOf } from '/actions.js';
import { DocumentView } from '/document-view.js';
import { Recent, useRecent } from '/recent.js';
import { Uploads, useUploads } from '/uploads.js';

const ACCEPT = 'image/*,application/pdf,.pdf,.tif,.tiff,.heic,.heif,.webp,.bmp,.gif';

function readRoute() {
    const [, id = '', page] = location.hash.match(/^#\/(\w+)(?:\/(\d+))?$/) || [];
    return { id, page: Number(page) || 1 };
}

function useRoute() {
    const [route, set] = useState(readRoute);
    useEffect(() => {
        const change = () => set(readRoute());
        window.addEventListener('hashchange', change);
        return () => window.removeEventListener('hashchange', change);
    }, []);
    return route;
}

/* An API whose question for a key is a dialog: gives [api, question or null]. */
function useApi() {
    const [question, ask] = useState(null);
    const api = useMemo(() => new Api(again => new Promise(resolve => ask({
        again,
        answer: key => {
            ask(null);
            resolve(key);
        },
    }))), []);
    return [api, question];
}

function KeyDialog({ question }) {
    const { t } = useI18n();
    return html`<${Dialog} title=${t('key.title')} closeLabel=${t('close')}
        onClose=${() => question.answer(null)} onSubmit=${data => question.answer(data.get('key').trim() || null)}
        actions=${html`<${Button} kind="primary" type="submit">${t('key.enter')}<//>`}>
        <p>${t('key.text')}</p>
        ${question.again && html`<p class="bad" role="alert">${t('key.again')}</p>`}
        <label>${t('key.label')}<input name="key" type="password" autocomplete="off" required autofocus /></label>
    <//>`;
}

function KeysDialog({ onClose }) {
    const { t } = useI18n();
    const keys = (...names) => names.map(n => html`<kbd>${n}</kbd>`);
    const rows = [
        ['words', keys('←', '→', '↑', '↓')], ['enter', keys('Enter')], ['escape', keys('Esc')],
        ['edit', keys('E')], ['check', keys('N')], ['zoom', keys('+', '−')], ['fit', keys('0', '9', '1')],
        ['page', keys('Page Up', 'Page Down')], ['boxes', keys('B')], ['choose', keys('U')],
        ['paste', keys('Ctrl', 'V')], ['help', keys('?')],
    ].map(([name, k]) => ({ keys: k, what: t(`keys.${name}`) }));
    return html`<${Dialog} title=${t('keys.title')} closeLabel=${t('close')} onClose=${onClose}>
        <${Table} columns=${[{ key: 'keys' }, { key: 'what' }]} rows=${rows} label=${t('keys.title')} />
    <//>`;
}

function Bar({ onKeys }) {
    const { t, language, change } = useI18n();
    const choice = (id, label) => html`<button type="button" lang=${id} aria-pressed=${String(language === id)}
        onClick=${() => change(id)}>${label}</button>`;
    return html`<header class="bar">
        <a class="brand" href="#/"><img src="/favicon.svg" alt="" width="26" height="26" />
            <span>TwinReader</span><small>${t('app.tagline')}</small></a>
        <div class="language" role="group" aria-label=${t('app.language')}>${choice('ko', '한국어')}${choice('en', 'English')}</div>
        <${Button} kind="quiet" icon="help" label=${t('keys.open')} onClick=${onKeys} />
    </header>`;
}

/* Gives the reading with this id: null while loading, { error } when it cannot be had. */
function useReading(api, id, known) {
    const [state, set] = useState({ id: '' });
    useEffect(() => {
        if (!id) {
            return undefined;
        }
        if (known.current?.id === id) {
            set({ id, reading: known.current });
            return undefined;
        }
        let left = false;
        api.json(`/v1/documents/${id}`).then(
            reading => !left && set({ id, reading }),
            error => !left && set({ id, error }));
        return () => {
            left = true;
        };
    }, [api, id]);
    return state.id === id ? state : {};
}

function Main({ api, route, state, notify, onDeleted }) {
    const { t } = useI18n();
    if (state.error) {
        const gone = state.error.status === 404;
        return html`<div class="note" role="alert"><p>${gone ? t('doc.gone')
            : t('error.open', { reason: reasonOf(t, state.error) })}</p><a href="#/">${t('app.home')}</a></div>`;
    }
    if (!state.reading) {
        return html`<p class="note" role="status">${t('doc.loading')}</p>`;
    }
    return html`<${DocumentView} key=${route.id} api=${api} reading=${state.reading} number=${route.page}
        notify=${notify} onDeleted=${onDeleted}
        onPage=${n => location.replace(`#/${route.id}/${n}`)} />`;
}

export function App() {
    const { t, language } = useI18n();
    const [api, question] = useApi();
    const route = useRoute();
    const [toasts, notify, close] = useToasts();
    const [said, say] = useState('');
    const [keys, setKeys] = useState(false);
    const touch = useMedia('(pointer: coarse)') ? '.touch' : '';
    const narrow = useMedia('(max-width: 820px)');
    const [combine, setCombine] = useState(false);
    const known = useRef(null); /* the last reading made here: no need to ask for it again */
    const choose = useRef(null);
    const recent = useRecent(api, e => notify(t('error.list', { reason: reasonOf(t, e) }), 'error'));
    const state = useReading(api, route.id, known);

    const uploads = useUploads(api, {
        say,
        onRead: (reading, alone) => {
            recent.load();
            if (alone || (!narrow && !readRoute().id)) {
                known.current = reading;
                location.hash = `#/${reading.id}`;
            }
        },
        /* on a narrow window an open document hides the list */
        onFail: (name, reason) => narrow && readRoute().id
            && notify(t('upload.said.failed', { name, reason }), 'error'),
    });
    const add = useCallback(files => uploads.add(files, combine && files.length > 1), [uploads.add, combine]);
    const deleted = () => {
        location.hash = '#/';
        recent.load();
    };

    useEffect(() => {
        document.title = state.reading ? `${state.reading.name} – TwinReader` : 'TwinReader';
    }, [state.reading, language]);
    useEffect(() => {
        const key = e => {
            if (e.target.closest?.('input, textarea, dialog') || e.ctrlKey || e.metaKey || e.altKey) {
                return;
            }
            if (e.key === '?') {
                setKeys(true);
            } else if (e.key.toLowerCase() === 'u') {
                choose.current?.();
            }
        };
        document.addEventListener('keydown', key);
        return () => document.removeEventListener('keydown', key);
    }, []);

    return html`<div class=${route.id ? 'app app-doc' : 'app'}>
        <${Bar} onKeys=${() => setKeys(true)} />
        <div class="rail" role=${route.id ? 'complementary' : 'main'} aria-label=${t('app.home')}>
            ${!route.id && html`<h1 class="sr">TwinReader</h1>`}
            <${DropZone} onFiles=${add} accept=${ACCEPT} openRef=${choose} title=${t(`drop.title${touch}`)}
                choose=${t('drop.choose')} hint=${t(`drop.hint${touch}`)} />
            <label class="combine"><input type="checkbox" checked=${combine}
                onChange=${e => setCombine(e.target.checked)} />${t('drop.combine')}</label>
            <${Uploads} uploads=${uploads} />
            <${Recent} recent=${recent} current=${route.id} />
        </div>
        ${route.id && html`<main><${Main} api=${api} route=${route} state=${state} notify=${notify}
            onDeleted=${deleted} /></main>`}
        <div class="sr" role="status" aria-live="polite">${said}</div>
        <${Toasts} list=${toasts} onClose=${close} closeLabel=${t('close')} />
        ${question && html`<${KeyDialog} key=${question.again} question=${question} />`}
        ${keys && html`<${KeysDialog} onClose=${() => setKeys(false)} />`}
    </div>`;
}
