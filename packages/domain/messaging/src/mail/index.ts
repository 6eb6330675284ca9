export { ATTACHMENT_BYTES_MAX, MAILS_WAITING_MAX } from './limits.ts'
export {
  checkMail,
  isAddress,
  isHeaderText,
  type Mail,
  type Mailer,
  type MailRefusal,
  type MailRefusalCode,
  refuseMail,
} from './mail.ts'
export { type DeliveryFailure, MailQueue, type MailQueuePorts } from './queue.ts'
