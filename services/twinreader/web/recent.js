/* The documents this server keeps, newest first. */
import { html, useCallback, useEffect, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { Icon } from '/kit/icon.js';

const STEP = 20;

/* Gives { list, more, load(), next() }; list is null until the first answer. */
export function useRecent(api, onError) {
    const [state, set] = useState({ list: null, more: null });
    const load = useCallback(async () => {
        try {
            const answer = await api.json(`/v1/documents?limit=${STEP}`);
            set({ list: answer.documents, more: answer.next || null });
        } catch (e) {
            set(s => ({ ...s, list: s.list || [] }));
            onError(e);
        }
    }, [api]);
    const next = async () => {
        try {
            const answer = await api.json(`/v1/documents?limit=${STEP}&after=${encodeURIComponent(state.more)}`);
            set(s => ({ list: [...s.list, ...answer.documents], more: answer.next || null }));
        } catch (e) {
            onError(e);
        }
    };
    useEffect(() => {
        load();
    }, [load]);
    return { ...state, load, next };
}

export function Recent({ recent, current }) {
    const { t } = useI18n();
    if (!recent.list) {
        return null;
    }
    const pages = n => (n === 1 ? t('recent.page') : t('recent.pages', { count: n }));
    const note = d => [t.time(d.read_at), d.form && d.form !== 'unknown' && t.or(`form.${d.form}`, d.form),
        pages(d.pages)].filter(Boolean).join(' · ');
    return html`<section class="recent" aria-label=${t('recent.title')}><h2>${t('recent.title')}</h2>
        ${recent.list.length === 0 && html`<p class="empty">${t('recent.none')}</p>`}
        <ul>${recent.list.map(d => html`<li key=${d.id}>
            <a href=${`#/${d.id}`} aria-current=${d.id === current ? 'page' : undefined}>
                <${Icon} name=${d.pages > 1 ? 'files' : 'page'} />
                <span class="recent-name" title=${d.name}>${d.name}</span>
                <span class="recent-note">${note(d)}</span>
            </a></li>`)}</ul>
        ${recent.more && html`<${Button} kind="quiet" onClick=${recent.next}>${t('recent.more')}<//>`}
    </section>`;
}
