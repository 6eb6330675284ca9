export { cefOf, type Product } from './cef.ts'
export { severityOf, syslogOf, type Writer } from './syslog.ts'
export { nameOf, sentenceOf } from './words.ts'
