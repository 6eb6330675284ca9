export { ATTACHMENT_BYTES_MAX, MAILS_WAITING_MAX } from './limits.ts'
export {
  checkMail,
  type DueMail,
  isAddress,
  isHeaderText,
  type Mail,
  type Mailer,
  type MailOutcome,
  type MailRefusal,
  type MailRefusalCode,
  refuseMail,
} from './mail.ts'
export { type DeliveryFailure, MailQueue, type MailQueuePorts } from './queue.ts'
