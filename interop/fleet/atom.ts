// Whether a text is well-formed XML as far as feeds use it, and what RFC 4287 wants of a feed and of its
// entries.

const NAME = '[A-Za-z_][\\w.-]*'
const TAG = new RegExp(
  `<(/?)(${NAME})((?:\\s+${NAME}(?::${NAME})?="[^"<&]*(?:&[a-z#0-9]+;[^"<&]*)*")*)\\s*(/?)>`,
  'y',
)
const TEXT = /(?:[^<>&]|&(?:amp|lt|gt|quot|apos|#\d+);)+/y

interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

/** The root; throws at the first thing that is not well-formed. */
export function readXml(xml: string): Element {
  const head = '<?xml version="1.0" encoding="utf-8"?>\n'
  if (!xml.startsWith(head)) throw new Error('no XML declaration')
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const open = [root]
  let at = head.length
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(xml)
    at += found?.[0].length ?? 0
    return found
  }
  while (at < xml.length) {
    const inside = open.at(-1) ?? root
    const text = next(TEXT)
    if (text) inside.text += text[0]
    else {
      const tag = next(TAG)
      if (!tag) throw new Error(`not well-formed at ${xml.slice(at, at + 60)}`)
      const [, isEnd, name = '', attributes = '', isEmpty] = tag
      if (isEnd) {
        if (open.length < 2 || open.pop()?.name !== name) throw new Error(`</${name}> ends nothing`)
        continue
      }
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, value] as const,
      )
      if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new Error('an attribute twice')
      const element: Element = { name, attributes: new Map(pairs), children: [], text: '' }
      inside.children.push(element)
      if (!isEmpty) open.push(element)
    }
  }
  const [feed] = root.children
  if (open.length !== 1 || root.children.length !== 1 || !feed || root.text.trim() !== '')
    throw new Error('not one root element')
  return feed
}

/** What RFC 4287 §4.1.1 and §4.1.2 find missing; empty: nothing. */
export function atomProblems(xml: string): readonly string[] {
  const feed = readXml(xml)
  const entries = feed.children.filter(({ name }) => name === 'entry')
  const ids = [feed, ...entries].map((one) => textOf(one, 'id'))
  return [
    ...(feed.name === 'feed' && feed.attributes.get('xmlns') === 'http://www.w3.org/2005/Atom'
      ? []
      : ['no feed']),
    ...(new Set(ids).size === ids.length ? [] : ['an id twice']),
    ...(linkOf(feed, 'self') ? [] : ['no link to itself']),
    ...(feed.children.some(({ name }) => name === 'author') ? [] : ['no author']),
    ...[feed, ...entries].flatMap((one) => [
      ...(URL.canParse(textOf(one, 'id')) ? [] : ['an id that is no IRI']),
      ...(textOf(one, 'title') === '' ? ['no title'] : []),
      ...(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(textOf(one, 'updated')) ? [] : ['no time']),
    ]),
    // §4.1.2: without content an entry has a link to it.
    ...entries.flatMap((one) => (linkOf(one, 'alternate') ? [] : ['no link to the page'])),
    ...entries.flatMap((one) =>
      Date.parse(textOf(one, 'updated')) <= Date.parse(textOf(feed, 'updated'))
        ? []
        : ['newer than the feed'],
    ),
  ]
}

function textOf(element: Element, name: string): string {
  const found = element.children.filter((one) => one.name === name)
  return found.length === 1 ? (found[0]?.text.trim() ?? '') : ''
}

function linkOf(element: Element, rel: string): string | undefined {
  return element.children
    .find(({ name, attributes }) => name === 'link' && attributes.get('rel') === rel)
    ?.attributes.get('href')
}
