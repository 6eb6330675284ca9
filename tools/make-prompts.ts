// Speaks the announcements into apps/media/prompts, with espeak-ng and sox of Debian: 16 kHz, mono, 16 bit.
// Run by hand after a text changes; the WAV files are committed, so that a running system needs neither.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../apps/media/prompts')

const TEXTS: Readonly<Record<string, string>> = {
  'de-emergency':
    'Ein Notruf ist von hier aus nicht möglich. Es ist noch keine Amtsleitung eingerichtet. ' +
    'Bitte wählen Sie die 112 mit einem anderen Telefon.',
  'en-emergency':
    'Emergency calls are not possible from here. No outside line has been set up yet. ' +
    'Please dial 112 from another phone.',
  'de-emergency-us':
    'Ein Notruf ist von hier aus nicht möglich. Es ist noch keine Amtsleitung eingerichtet. ' +
    'Bitte wählen Sie die neun eins eins mit einem anderen Telefon.',
  'en-emergency-us':
    'Emergency calls are not possible from here. No outside line has been set up yet. ' +
    'Please dial nine one one from another phone.',
  'de-not-found': 'Diese Nummer gibt es hier nicht. Bitte prüfen Sie die Nummer.',
  'en-not-found': 'This number does not exist here. Please check the number.',
  'de-no-trunk': 'Anrufe nach draußen sind noch nicht möglich. Es ist noch keine Amtsleitung eingerichtet.',
  'en-no-trunk': 'Outside calls are not possible yet. No outside line has been set up.',
  'de-demo-outside':
    'Dies ist eine Vorführung. Anrufe nach draußen werden hier nicht vermittelt. ' +
    'Rufen Sie gern Anna an, unter eins null eins.',
  'en-demo-outside':
    'This is a demonstration. Outside calls are not connected here. ' +
    'You are welcome to call Anna, on one zero one.',
  'de-demo-voice':
    'Guten Tag, hier ist Anna von der Muster GmbH. Schön, dass Sie anrufen. ' +
    'Sagen Sie etwas, und ich wiederhole es.',
  'en-demo-voice':
    'Hello, this is Anna at Muster. It is good to hear from you. Say something, and I will repeat it.',
}

const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
for (const [name, text] of Object.entries(TEXTS)) {
  const raw = join(folder, `${name}.wav`)
  const voice = name.startsWith('de') ? 'de+f2' : 'en-gb+f2'
  execFileSync('espeak-ng', ['-v', voice, '-s', '150', '-p', '45', '-g', '4', '-w', raw, text])
  // Telephone band, even loudness, and a breath of silence at the end before a prompt repeats.
  const effects = [
    'highpass',
    '120',
    'lowpass',
    '7000',
    'norm',
    '-4',
    'rate',
    '-v',
    '16000',
    'pad',
    '0.25',
    '0.6',
  ]
  execFileSync('sox', ['-D', raw, '-b', '16', '-c', '1', join(FOLDER, `${name}.wav`), ...effects])
}
rmSync(folder, { recursive: true })
