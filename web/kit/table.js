/*
 * A plain table.  columns: [{ key, label, end }] (`end`: aligned to the right, for numbers);
 * rows: objects, a cell being text or a component.  With `rowHead` the first column names its row.
 * rowProps(row) and cellProps(row, column) give further attributes.
 */
import { html } from '/kit/html.js';

export function Table({ columns, rows, label, rowHead, rowProps, cellProps }) {
    const cell = (row, c, i) => {
        const props = { class: c.end ? 'end' : undefined, ...cellProps?.(row, c) };
        return rowHead && i === 0
            ? html`<th scope="row" ...${props}>${row[c.key]}</th>`
            : html`<td ...${props}>${row[c.key]}</td>`;
    };
    return html`<table class="table" aria-label=${label}>
        ${columns.some(c => c.label) && html`<thead><tr>
            ${columns.map(c => html`<th scope="col" class=${c.end ? 'end' : undefined}>${c.label}</th>`)}
        </tr></thead>`}
        <tbody>${rows.map(row => html`<tr ...${rowProps?.(row)}>
            ${columns.map((c, i) => cell(row, c, i))}
        </tr>`)}</tbody>
    </table>`;
}
