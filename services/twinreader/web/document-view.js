/* One document: its name and actions, its pages, the picture beside what was read. */
import { cx, html, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { Dialog } from '/kit/dialog.js';
import { useI18n } from '/kit/i18n.js';
import { Icon } from '/kit/icon.js';
import { Menu } from '/kit/menu.js';
import { recall, remember } from '/kit/memory.js';
import { SplitView } from '/kit/split-view.js';
import { copyText, download, reasonOf } from '/actions.js';
import { useCorrections } from '/corrections.js';
import { Link } from '/link.js';
import { indexPage, textOf } from '/page-index.js';
import { Panel } from '/panel.js';
import { picturePath, usePicture } from '/picture.js';
import { nameOf } from '/review.js';
import { Viewer } from '/viewer.js';

const FORMATS = [['pdf', '.pdf'], ['json', '.json'], ['text', '.txt'], ['tsv', '.tsv'], ['hocr', '.hocr'], ['alto', '.xml']];

/* Fetches its picture when it comes into sight: a document can have hundreds of pages. */
function Thumb({ api, id, page, current, onPage }) {
    const { t } = useI18n();
    const root = useRef(null);
    const [near, setNear] = useState(false);
    useEffect(() => {
        const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true));
        watch.observe(root.current);
        return () => watch.disconnect();
    }, []);
    const { url } = usePicture(api, near && !page.error ? picturePath(id, page.number) : null);
    return html`<button ref=${root} type="button" class=${cx('thumb', page.error && 'thumb-bad')}
        aria-label=${t('view.page', { number: page.number })} aria-current=${current ? 'page' : undefined}
        onClick=${() => onPage(page.number)}>
        ${page.error ? html`<${Icon} name="warn" />` : url && html`<img src=${url} alt="" />`}
        <span>${page.number}</span>
    </button>`;
}

function Thumbs({ api, reading, number, onPage }) {
    const { t } = useI18n();
    const list = useRef(null);
    useEffect(() => {
        list.current.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [number]);
    return html`<nav class="thumbs" aria-label=${t('view.pages')} ref=${list}>
        ${reading.pages.map(p => html`<${Thumb} key=${p.number} api=${api} id=${reading.id} page=${p}
            current=${p.number === number} onPage=${onPage} />`)}
    </nav>`;
}

function Head({ api, reading, index, notify, onDelete, onCopy }) {
    const { t } = useI18n();
    const items = FORMATS.map(([id, ext]) => ({ id, ext, label: t(`format.${id}`), note: ext }));
    const save = item => download(api, reading, item.id, item.ext)
        .catch(e => notify(t('error.download', { reason: reasonOf(t, e) }), 'error'));
    return html`<header class="doc-head">
        <a class="btn btn-quiet btn-icon doc-back" href="#/" aria-label=${t('app.home')} title=${t('app.home')}>
            <${Icon} name="left" /></a>
        <h1 title=${reading.name}>${reading.name}</h1>
        <${Button} icon="copy" aria-label=${t('doc.copy')} disabled=${index.words.length === 0}
            onClick=${() => onCopy(textOf(index), t('doc.copied'))}>
            <span class="btn-text">${t('doc.copy')}</span><//>
        <${Menu} icon="download" label=${t('doc.download')} items=${items} onSelect=${save} />
        <${Button} kind="quiet" icon="trash" label=${t('doc.delete')} onClick=${onDelete} />
    </header>`;
}

/* The keys of a document; those of a word are the panes' own. */
function useKeys({ controls, onPage, number, check, edit, letGo }) {
    useEffect(() => {
        const key = e => {
            const typing = e.target.closest?.('input, textarea, select, dialog, [role="menu"]');
            if (typing || e.ctrlKey || e.metaKey || e.altKey) {
                return;
            }
            const { zoom, boxes } = controls.current || {};
            const act = {
                '+': () => zoom?.in(), '=': () => zoom?.in(), '-': () => zoom?.out(),
                0: () => zoom?.fit('page'), 9: () => zoom?.fit('width'), 1: () => zoom?.to(1),
                b: () => boxes?.(), n: () => check(e.shiftKey ? -1 : 1), e: edit, Escape: letGo,
                PageUp: () => onPage(number - 1), PageDown: () => onPage(number + 1),
            }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
            if (act) {
                e.preventDefault();
                act();
            }
        };
        document.addEventListener('keydown', key);
        return () => document.removeEventListener('keydown', key);
    });
}

/* The index of what is shown, and the link that goes on over corrections of the page. */
function useLink(page) {
    const index = useMemo(() => indexPage(page), [page]);
    const link = useMemo(() => new Link(index), [page.number]);
    link.index = index;
    useLayoutEffect(() => link.repaint(), [index]);
    return { index, link };
}

/* Which word or field is being edited, and what becomes of it. */
function useEdit({ page, index, corrections, notify, changeTab }) {
    const { t } = useI18n();
    const [key, setKey] = useState(null);
    useEffect(() => setKey(null), [page.number]);
    const start = k => {
        if (index.byKey.get(k)?.target) {
            changeTab(k[0] === 'w' ? 'text' : 'fields');
            setKey(k);
        }
    };
    const called = thing => (thing.key[0] === 'w' ? thing.original ?? thing.text : nameOf(t, thing));
    const undo = async thing => {
        await corrections.undo(page.number, thing.target);
        notify(t('edit.undid', { name: called(thing) }));
    };
    const of = thing => ({
        correction: corrections.of(page.number, thing.target),
        onUndo: () => undo(thing),
        onClose: () => setKey(null),
        onSave: async value => {
            await corrections.save(page.number, thing.target, value);
            notify(t('edit.saved', { name: called(thing), value }));
        },
    });
    return { key, start, of };
}

/* What the key N goes through: fields to review while there are some, else words to check. */
function nextStop({ index, link, tab, step }) {
    const stops = tab === 'text' || index.review.length === 0 ? index.low : index.review;
    const here = stops.findIndex(s => s.key === link.chosen);
    if (here >= 0) {
        return stops[(here + step + stops.length) % stops.length];
    }
    if (stops === index.low && link.chosen?.[0] === 'w') {
        const at = Number(link.chosen.slice(1));
        return (step > 0 ? stops.find(w => w.i > at) : stops.findLast(w => w.i < at)) || stops.at(step > 0 ? 0 : -1);
    }
    return stops.at(step > 0 ? 0 : -1);
}

export function DocumentView({ api, reading: asRead, number, onPage, notify, onDeleted }) {
    const { t } = useI18n();
    const corrections = useCorrections(api, asRead);
    const { reading } = corrections;
    const page = reading.pages[Math.min(Math.max(1, number), reading.pages.length) - 1];
    const { index, link } = useLink(page);
    const controls = useRef(null);
    const [asking, setAsking] = useState(false);
    const [tab, setTab] = useState(() => recall('tab')
        || (reading.pages.some(p => p.form?.fields?.length) ? 'fields' : 'text'));

    const goTo = useCallback(n => {
        if (n >= 1 && n <= reading.pages.length) {
            onPage(n);
        }
    }, [reading, onPage]);
    const changeTab = id => {
        remember('tab', id);
        setTab(id);
    };
    const copy = (text, said) => copyText(text).then(
        () => notify(said || t('doc.copied.value', { value: text })),
        () => notify(t('doc.copyFailed'), 'error'));
    const pending = useRef(null);
    const check = step => {
        const next = nextStop({ index, link, tab, step });
        if (next) {
            pending.current = next.key;
            setTab(next.key[0] === 'w' ? 'text' : 'fields');
            setCheckCount(c => c + 1);
        }
    };
    /* the pane may have to be drawn first */
    const [checkCount, setCheckCount] = useState(0);
    useLayoutEffect(() => {
        if (pending.current) {
            link.choose(pending.current, 'check', true);
            pending.current = null;
        }
    }, [checkCount]);
    const letGo = () => {
        link.choose(null, 'keys');
        controls.current?.zoom?.fit('page');
    };
    const edit = useEdit({ page, index, corrections, notify, changeTab: setTab });
    useKeys({ controls, onPage: goTo, number: page.number, check, letGo, edit: () => edit.start(link.chosen) });

    const remove = async () => {
        setAsking(false);
        try {
            await api.remove(`/v1/documents/${reading.id}`);
            notify(t('doc.deleted', { name: reading.name }));
            onDeleted(reading.id);
        } catch (e) {
            notify(t('error.delete', { reason: reasonOf(t, e) }), 'error');
        }
    };
    const count = reading.pages.length;
    const picture = page.error
        ? html`<div class="page-error" role="alert"><${Icon} name="warn" />
            <p><strong>${t('view.pageError')}</strong> ${t.or(`why.${page.error.code}`, '')}</p>
            <p class="page-why">${page.error.message}</p></div>`
        : html`<${Viewer} api=${api} id=${reading.id} page=${page} count=${count} index=${index} link=${link}
            onPage=${goTo} controls=${controls} />`;
    return html`<article class="doc">
        <${Head} api=${api} reading=${reading} index=${index} notify=${notify} onCopy=${copy}
            onDelete=${() => setAsking(true)} />
        ${count > 1 && html`<${Thumbs} api=${api} reading=${reading} number=${page.number} onPage=${goTo} />`}
        <div class="doc-body"><${SplitView} name="doc" label=${t('doc.split')} first=${picture}
            second=${html`<${Panel} reading=${reading} page=${page} index=${index} link=${link} tab=${tab}
                onTab=${changeTab} onCopy=${copy} onCheck=${check} edit=${edit} />`} /></div>
        ${asking && html`<${Dialog} title=${t('doc.delete.title')} closeLabel=${t('close')}
            onClose=${() => setAsking(false)} onSubmit=${remove}
            actions=${html`<${Button} onClick=${() => setAsking(false)} autofocus>${t('cancel')}<//>
                <${Button} kind="danger" type="submit">${t('doc.delete')}<//>`}>
            <p>${t('doc.delete.text', { name: reading.name })}</p><//>`}
    </article>`;
}
