export { FORM_FIELDS, type FormField, readReportForm, type Told } from './form.ts'
export { type PublicPage, publicPage, STYLE_PATH } from './layout.ts'
export { OUTSIDE_DAY_MAX, OUTSIDE_KEPT_MS, WEBHOOK_DAY_MAX, WEBHOOKS_MAX } from './limits.ts'
export {
  type PageOf,
  REPORT_PATH,
  reportFormPage,
  reportStatusPage,
  type SaidInstead,
  saidInstead,
} from './report-pages.ts'
export { type OutsideStatus, outsideStatus } from './status.ts'
export { STYLE } from './style.ts'
