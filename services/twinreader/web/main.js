/* Starts the page. */
import { html, render } from '/kit/html.js';
import { I18n } from '/kit/i18n.js';
import { App } from '/app.js';
import { tables } from '/strings.js';

render(html`<${I18n} tables=${tables}><${App} /><//>`, document.getElementById('app'));
