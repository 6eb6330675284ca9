export { checkMailServer, type MailServer, type SignIn, type WrongField } from './mail-server.ts'
export { type SmtpPorts, SmtpSender } from './smtp-sender.ts'
