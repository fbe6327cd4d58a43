/**
 * Runs in the chat page: writes down what is drawn and when, and reads afterwards where everything stands.
 * `frames` has [ms since Send, characters of the answer on the screen, px scrolled], one entry a change.
 */
window.recorder = (() => {
    const frames = [];
    const answer = () => document.querySelector('article:last-child [data-answer]');
    const scroller = () => document.querySelector('[data-scroller]');
    const context = document.createElement('canvas').getContext('2d');

    function start() {
        const began = performance.now();
        const look = () => {
            const frame = [performance.now() - began, answer()?.textContent.length ?? 0, scroller().scrollTop];
            const last = frames.at(-1);
            if (!last || last[1] !== frame[1] || last[2] !== frame[2]) frames.push(frame);
            requestAnimationFrame(look);
        };
        look();
    }

    const visible = (element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        !element.closest('.unseen, .side, dialog, .skip');

    /** When an element or text shows: "always", "sent", until the end ("working"), from then on ("ended"), or how many characters of the answer there must be. */
    function moment(node, offset = 0) {
        const element = node instanceof Element ? node : node.parentElement;
        if (element.closest('[data-stop]')) return 'working';
        if (element.closest('[data-send]')) return 'ended';
        if (!element.closest('article')) return 'always';
        if (!answer().contains(node)) return element.closest('[data-tools], [data-figures]') ? 'ended' : 'sent';
        const range = document.createRange();
        range.setStart(answer(), 0);
        range.setEnd(node, node instanceof Text ? offset : 0);
        return range.toString().length + 1;
    }

    function place(rect, element) {
        const scrolls = scroller().contains(element);
        return {
            x: rect.left,
            y: rect.top + (scrolls ? scroller().scrollTop : 0),
            width: rect.width,
            height: rect.height,
            scrolls,
        };
    }

    function text(string, rect, element, at) {
        const style = getComputedStyle(element);
        context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        return {
            text: string,
            ...place(rect, element),
            at,
            ascent: context.measureText(string).fontBoundingBoxAscent,
            size: parseFloat(style.fontSize),
            weight: style.fontWeight,
            italic: style.fontStyle === 'italic',
            mono: style.fontFamily.includes('mono'),
            color: style.color,
        };
    }

    function texts() {
        const found = [];
        const walker = document.createTreeWalker(document.querySelector('.main'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!visible(element) || element.closest('select, option, svg, template, [popover]')) continue;
            for (const word of node.data.matchAll(/\S+/g)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                const rect = range.getBoundingClientRect();
                if (rect.width) found.push(text(word[0], rect, element, moment(node, word.index)));
            }
        }
        return [...found, ...markers(), ...controls()];
    }

    /** The numbers before a list's items, which are not text nodes. */
    function markers() {
        return [...answer().querySelectorAll('ol > li')].map((item, index) => {
            const beside = document.createRange();
            beside.selectNodeContents(item);
            const rect = beside.getClientRects()[0];
            const drawn = text(`${index + 1}.`, rect, item, moment(item));
            const width = context.measureText(drawn.text).width;
            return { ...drawn, x: rect.left - width - 6, width, color: getComputedStyle(item, '::marker').color };
        });
    }

    /** What a select has chosen, and an empty field's hint. */
    function controls() {
        const [select, field] = ['[data-model]', '#prompt'].map((selector) => document.querySelector(selector));
        return [
            [select, select.selectedOptions[0].text],
            [field, field.placeholder],
        ].map(([element, string]) => {
            const rect = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            const drawn = text(string, rect, element, 'always');
            const width = context.measureText(string).width;
            const top =
                element === select
                    ? (rect.height - drawn.size * 1.36) / 2
                    : parseFloat(style.paddingTop) + (parseFloat(style.lineHeight) - drawn.size * 1.36) / 2;
            const hint = element === field ? getComputedStyle(field, '::placeholder').color : style.color;
            return { ...drawn, x: rect.left + parseFloat(style.paddingLeft), y: drawn.y + top, width, color: hint };
        });
    }

    const seen = (color) => !/^rgba\(.*, 0\)$|^transparent$/.test(color);

    /** Backgrounds and borders. `edges` are those that only one or two sides have: [x1, y1, x2, y2, width]. */
    function boxes(within) {
        const found = [];
        for (const element of document.querySelectorAll(within)) {
            if (
                !visible(element) ||
                element.closest('svg, select, [popover]') ||
                element.matches('.top, .scroller, .bottom')
            )
                continue;
            const style = getComputedStyle(element);
            const rect = element.getBoundingClientRect();
            const widths = ['Top', 'Right', 'Bottom', 'Left'].map((side) =>
                parseFloat(style[`border${side}Width`]),
            );
            const stroke = ['Top', 'Right', 'Bottom', 'Left']
                .map((side) => style[`border${side}Color`])
                .find((color, side) => widths[side] && seen(color));
            if (!rect.width || !rect.height || !(seen(style.backgroundColor) || stroke)) continue;
            const base = {
                ...place(rect, element),
                at: moment(element),
                radius: Math.min(parseFloat(style.borderTopLeftRadius) || 0, rect.height / 2),
            };
            const round = stroke && widths.every((width) => width === widths[0]);
            found.push({
                ...base,
                fill: seen(style.backgroundColor) ? style.backgroundColor : 'none',
                stroke: round ? stroke : 'none',
                line: widths[0],
            });
            if (stroke && !round) found.push({ ...base, edges: widths, fill: stroke, stroke: 'none', line: 0 });
        }
        return found;
    }

    function icons(within) {
        const drawn = [...document.querySelectorAll(`${within} svg`)].filter(
            (svg) => visible(svg) && svg.getBoundingClientRect().width && !svg.closest('[popover]'),
        );
        return drawn.map((svg) => {
            const symbol = document.querySelector(svg.querySelector('use').getAttribute('href'));
            const style = getComputedStyle(svg);
            const box = symbol.getAttribute('viewBox') ?? '0 0 24 24';
            return {
                ...place(svg.getBoundingClientRect(), svg),
                at: moment(svg),
                color: style.stroke === 'none' ? style.fill : style.stroke,
                line: style.strokeWidth,
                box,
                shape: symbol.innerHTML.trim(),
            };
        });
    }

    /** The Stop button, which replaces Send until the answer has ended. */
    function stopButton() {
        const [send, stop] = ['[data-send]', '[data-stop]'].map((selector) => document.querySelector(selector));
        [send.hidden, stop.hidden] = [true, false];
        const drawn = { boxes: boxes('[data-stop]'), icons: icons('[data-stop]') };
        [send.hidden, stop.hidden] = [false, true];
        return drawn;
    }

    async function picture() {
        const stop = stopButton();
        const logo = document.querySelector('.top img');
        return {
            frames,
            texts: texts(),
            boxes: [...boxes('.main *'), ...stop.boxes],
            icons: [...icons('.main'), ...stop.icons],
            ground: getComputedStyle(document.body).backgroundColor,
            line: getComputedStyle(document.querySelector('.composer')).borderTopColor,
            logo: { ...place(logo.getBoundingClientRect(), logo), source: await (await fetch(logo.src)).text() },
            top: document.querySelector('.top').getBoundingClientRect().bottom,
            bottom: document.querySelector('.bottom').getBoundingClientRect().top,
        };
    }

    return { start, picture };
})();
