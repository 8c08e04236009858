/*
 * Words in the reader's language.  A page brings one table per language with the same keys; `{name}`
 * in a text is replaced by the variable of that name.
 *
 * The language is the remembered one, else the browser's first that has a table, else the first table.
 */
import { createContext, html, useContext, useEffect, useState } from '/kit/html.js';
import { recall, remember } from '/kit/memory.js';

const Language = createContext(null);

function choose(tables) {
    const known = Object.keys(tables);
    const wanted = [recall('language'), ...(navigator.languages || [navigator.language])];
    const found = wanted.filter(Boolean).map(l => l.slice(0, 2)).find(l => known.includes(l));
    return found || known[0];
}

function build(tables, language) {
    const table = tables[language];
    const t = (key, vars = {}) => {
        const text = table[key];
        return text === undefined ? key : text.replace(/\{(\w+)\}/g, (_, name) => vars[name] ?? '');
    };
    /* The text of `key`, or `other` when the table has none: for names that come from data. */
    t.or = (key, other) => table[key] ?? other;
    t.number = (v, digits = 0) => new Intl.NumberFormat(language, {
        minimumFractionDigits: digits, maximumFractionDigits: digits,
    }).format(v);
    t.percent = v => `${Math.floor(v * 100 + 1e-6)}%`;
    t.time = v => {
        const d = new Date(v);
        if (Number.isNaN(d.getTime())) {
            return '';
        }
        const today = d.toDateString() === new Date().toDateString();
        return new Intl.DateTimeFormat(language, today
            ? { hour: 'numeric', minute: '2-digit' }
            : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(d);
    };
    return t;
}

export function I18n({ tables, children }) {
    const [language, set] = useState(() => choose(tables));
    useEffect(() => {
        document.documentElement.lang = language;
    }, [language]);
    const change = l => {
        remember('language', l);
        set(l);
    };
    return html`<${Language.Provider} value=${{ t: build(tables, language), language, change }}>
        ${children}<//>`;
}

/* Gives { t, language, change }. */
export const useI18n = () => useContext(Language);
