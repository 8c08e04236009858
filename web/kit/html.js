/* Preact and htm under one name, so that a component imports one file. */
import { h } from '/vendor/preact.mjs';
import htm from '/vendor/htm.mjs';

export { render, createContext, Component } from '/vendor/preact.mjs';
export {
    useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState,
} from '/vendor/hooks.mjs';

export const html = htm.bind(h);

/* Joins class names, leaving out what is falsy. */
export const cx = (...names) => names.filter(Boolean).join(' ');
