export {
  type Columns,
  type LineRead,
  LOG_FORMATS,
  LOG_LIMITS,
  type LogFormat,
  type LogFormatName,
} from './format.ts'
export { detectFormat, logFormat } from './formats.ts'
export { type Line, LineCutter } from './lines.ts'
export { type Hit, LogSearch, type Searched } from './search.ts'
