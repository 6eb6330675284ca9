// The makers: which files their phones ask for, and what is written into the one that holds the settings.
// Firmware is never offered: what asks for it finds nothing.
import { FILE_NAME_CHARS_MAX } from './limits.ts'
import { writeLinphone } from './linphone.ts'
import { readMac } from './mac.ts'
import type { PhoneMaker, PhoneSettings } from './settings.ts'
import { writeSnom } from './snom.ts'
import { writeYealink } from './yealink.ts'

export const PHONE_MAKERS = ['yealink', 'snom', 'linphone'] as const satisfies readonly PhoneMaker[]

export interface SettingsFile {
  /** For Content-Type. */
  readonly type: string
  readonly text: string
}

/** The settings of one phone. An app on a mobile phone has no hardware address that it would tell. */
export interface AskedFile {
  readonly maker: PhoneMaker
  readonly mac?: string
}

const LINPHONE_FILE = 'linphone.xml'

/**
 * What a file name asks for; undefined for all that is no settings file, such as Yealink's `.boot` files, its
 * common `y0000000000NN.cfg` and its `-local.cfg`, which phones ask for first and do well without.
 */
export function readFileName(name: string): AskedFile | undefined {
  if (name.length > FILE_NAME_CHARS_MAX) return undefined
  if (name === LINPHONE_FILE) return { maker: 'linphone' }
  const yealink = /^([0-9A-Fa-f]{12})\.cfg$/.exec(name)
  const snom = /^snom-([0-9A-Fa-f]{12})\.xml$/.exec(name)
  const mac = readMac(yealink?.[1] ?? snom?.[1] ?? '')
  return mac === undefined ? undefined : { maker: yealink ? 'yealink' : 'snom', mac }
}

/**
 * What is typed into a phone, or scanned by an app, below `folder`, which ends with a slash: Yealink puts its
 * own file names behind it, Snom replaces `{mac}`.
 */
export function addressOf(maker: PhoneMaker, folder: string): string {
  switch (maker) {
    case 'yealink':
      return folder
    case 'snom':
      return `${folder}snom-{mac}.xml`
    case 'linphone':
      return `${folder}${LINPHONE_FILE}`
  }
}

export function writeSettings(maker: PhoneMaker, settings: PhoneSettings): SettingsFile {
  switch (maker) {
    case 'yealink':
      return { type: 'text/plain; charset=utf-8', text: writeYealink(settings) }
    case 'snom':
      return { type: 'application/xml; charset=utf-8', text: writeSnom(settings) }
    case 'linphone':
      return { type: 'application/xml; charset=utf-8', text: writeLinphone(settings) }
  }
}
