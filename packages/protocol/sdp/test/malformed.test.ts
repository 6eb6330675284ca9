import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAnswer, OUR_CODECS, parseSdp, readAudio } from '../src/index.ts'
import { CANDIDATES_MAX } from '../src/transport.ts'
import { audioText, browserStream, fixture, parsed, plainStream } from './fixtures/texts.ts'

/** What reading a text and asking for its audio comes to. */
function verdict(text: string): string {
  const description = parseSdp(text)
  if (!description.ok) return `${description.error.status} ${description.error.code}`
  const audio = readAudio(description.value, 'on')
  return audio.ok ? 'read' : `${audio.error.status} ${audio.error.code}`
}

function elapsedMs(run: () => void): number {
  const before = process.cpuUsage()
  run()
  return process.cpuUsage(before).user / 1000
}

test('SDP-B1 bombs are refused at once: m-lines, attributes, formats, lengths', () => {
  const rows: readonly [what: string, text: string, code: string][] = [
    ['10,000 m-lines', audioText(Array(10_000).fill('m=audio 4000 RTP/AVP 0')), '400 too-long'],
    ['500 m-lines', audioText(Array(500).fill('m=audio 4 RTP/AVP 0')), '400 too-many-media'],
    ['2,000 lines', audioText(Array(2000).fill('a=x')), '400 too-many-lines'],
    ['a megabyte', audioText([`a=x:${'y'.repeat(1_000_000)}`]), '400 too-long'],
    ['4,000 formats', audioText([], `m=audio 4000 RTP/AVP${' 0'.repeat(900)}`), '400 too-many-formats'],
    ['900 candidates', audioText(Array(900).fill('a=candidate')), 'read'],
    ['900 keys', audioText(Array(900).fill('a=crypto:1')), 'read'],
    ['a line of spaces', audioText([`a=rtpmap:${' '.repeat(2000)}`]), 'read'],
    ['a line of slashes', audioText([], `m=audio 4000 ${'/'.repeat(2000)} 0`), '400 bad-media'],
    ['a line of colons', audioText([`c=IN IP6 ${':'.repeat(2000)}`]), '400 bad-connection'],
    ['a line of dots', audioText([`c=IN IP4 ${'1.'.repeat(1000)}`]), '400 bad-connection'],
  ]
  for (const [what, text, code] of rows) {
    let result = ''
    const ms = elapsedMs(() => {
      result = verdict(text)
    })
    assert.equal(result, code, what)
    assert.ok(ms < 100, `${what}: ${ms} ms`)
  }
})

test('SDP-B2 nonsense in ptime and maxptime never makes a packet of another length than 10–60 ms', () => {
  const values = ['0', '-1', '1e999', '1e9', '4294967296', '0x7fffffff', 'NaN', 'Infinity', '20.5', '', '2 0']
  for (const ptime of values)
    for (const maxptime of values) {
      const audio = readAudio(parsed(audioText([`a=ptime:${ptime}`, `a=maxptime:${maxptime}`])))
      assert.ok(audio.ok)
      for (const { ptimeMs } of audio.value.codecs)
        assert.ok([10, 20, 30, 40, 50, 60].includes(ptimeMs), `${ptime} ${maxptime}: ${ptimeMs}`)
    }
})

test('SDP-B3 broken fmtp, rtpmap, m= and c= lines have a verdict', () => {
  const rows: readonly [lines: string[], code: string][] = [
    [['a=fmtp'], 'read'],
    [['a=fmtp:'], 'read'],
    [['a=fmtp:8'], 'read'],
    [['a=fmtp:99999 x=1'], 'read'],
    [[`a=fmtp:8 ${'x=1;'.repeat(400)}`], 'read'],
    [['a=fmtp:__proto__ x=1'], 'read'],
    [['a=rtpmap:8 /'], '488 no-codec'],
    [['a=rtpmap:8 PCMA/-8000'], '488 no-codec'],
    [['a=rtpmap:8 PCMA/8000/255'], '488 no-codec'],
    [['a=__proto__:1', 'a=constructor'], 'read'],
    [['c=IN IP4 192.0.2.1 extra'], '400 bad-connection'],
    [['c=IN IP4'], '400 bad-connection'],
    [['c=IN IP6 fe80::1%eth0'], '400 bad-connection'],
    [['c=IN IP4 224.0.0.1/127/3/9'], '400 bad-connection'],
    [['c=IN IP4 192.0.2.1/-1'], '400 bad-connection'],
    [['m=audio 4000/0x2 RTP/AVP 8'], '400 bad-media'],
    [['m=audio 99999999999999999999 RTP/AVP 8'], '400 bad-media'],
    [['m=audio 4000 RTP/AVP 8 -1'], '400 bad-media'],
    [['m='], '400 bad-media'],
  ]
  for (const [lines, code] of rows)
    assert.equal(verdict(audioText(lines, 'm=audio 4000 RTP/AVP 8')), code, lines.join())
})

test('SDP-B4 only well-formed ICE candidates get through, IPv4, IPv6 and hidden names', () => {
  const good = [
    '1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0 network-id 1',
    '2 1 UDP 2122252543 2001:db8::7 50001 typ host',
    '3 2 tcp 1518280447 2001:db8::ffff:192.0.2.7 9 typ host tcptype active',
    'a+/ 256 udp 1 198.51.100.1 65535 typ srflx raddr 192.0.2.7 rport 50000',
    '4 1 udp 2113937151 3f2a1b00-aaaa-bbbb-cccc-123456789abc.local 50002 typ host',
  ]
  const bad = [
    '',
    '1 1 udp 2122260223 192.0.2.7 50000',
    '1 0 udp 2122260223 192.0.2.7 50000 typ host',
    '1 257 udp 2122260223 192.0.2.7 50000 typ host',
    '1 1 udp 0 192.0.2.7 50000 typ host',
    '1 1 udp 9999999999 192.0.2.7 50000 typ host',
    '1 1 udp 2122260223 192.0.2.777 50000 typ host',
    '1 1 udp 2122260223 fe80::1%eth0 50000 typ host',
    '1 1 udp 2122260223 phone.example 50000 typ host',
    '1 1 udp 2122260223 192.0.2.7 70000 typ host',
    '1 1 udp 2122260223 192.0.2.7 50000 typ host \u0001',
    `${'f'.repeat(33)} 1 udp 2122260223 192.0.2.7 50000 typ host`,
    `1 1 udp 2122260223 192.0.2.7 50000 typ host${' x'.repeat(900)}é`,
  ]
  const browser = fixture('chromium-audio')
  const candidates = (values: readonly string[]): readonly string[] => {
    const media = browser.media.map((section) => ({
      ...section,
      attributes: [
        ...section.attributes.filter(({ name }) => name !== 'candidate'),
        ...values.map((value) => ({ name: 'candidate', value })),
      ],
    }))
    const audio = readAudio({ ...browser, media })
    assert.ok(audio.ok)
    return audio.value.iceDtls?.candidates ?? []
  }
  assert.deepEqual(
    candidates([...bad, ...good]),
    good.map((value) => `candidate:${value}`),
  )
  assert.equal(candidates(Array(900).fill(good[0])).length, CANDIDATES_MAX)
})

test('SDP-B5 T.38 alone, or in place of the audio, is a 488; beside it, it gets port 0 in its place', () => {
  const fax = ['m=image 5000 udptl t38', 'a=T38FaxVersion:0', 'a=T38MaxBitRate:14400']
  assert.equal(verdict(audioText(fax.slice(1), fax[0])), '488 no-audio')
  assert.equal(verdict(audioText(fax, 'm=audio 0 RTP/AVP 8')), '488 refused-audio')
  const rows: readonly [offer: string, sections: string[]][] = [
    [audioText(fax, 'm=audio 4000 RTP/AVP 8'), ['audio 16000 8', 'image 0 t38']],
    [audioText(['m=audio 4000 RTP/AVP 8'], fax[0]), ['image 0 t38', 'audio 16000 8']],
    [
      audioText([...fax, 'm=video 6000 RTP/AVP 96', 'm=audio 7000 RTP/AVP 0'], 'm=audio 4000 RTP/AVP 8'),
      ['audio 16000 8', 'image 0 t38', 'video 0 96', 'audio 0 0'],
    ],
  ]
  for (const [offer, sections] of rows) {
    const codecs = [OUR_CODECS.PCMA, OUR_CODECS.PCMU]
    const answer = makeAnswer({ ...plainStream(), offer: parsed(offer), codecs, acceptsDtmf: true })
    assert.ok(answer.ok)
    const shown = answer.value.description.media.map(({ kind, port, formats }) =>
      [kind, port, ...formats].join(' '),
    )
    assert.deepEqual(shown, sections)
  }
  const browser = makeAnswer({
    ...browserStream(),
    offer: parsed(audioText([], fax[0])),
    codecs: [OUR_CODECS.opus],
    acceptsDtmf: true,
  })
  assert.equal(browser.ok ? '' : browser.error.code, 'no-audio')
})
