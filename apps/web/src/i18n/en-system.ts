// English for what concerns the system itself: certificate, encryption of phones, banners, alarms.
import type { deSystem } from './de-system.ts'

export const enSystem: typeof deSystem = {
  certificate: {
    title: 'Trust this server',
    lead: 'For browsers and phones to connect encrypted and without a warning, each device has to know the certificate of this system once.',
    public: 'This system has a certificate that all devices know already. There is nothing to set up.',
    none: 'This system connects without a certificate so far. There is nothing to set up.',
    fingerprint: 'Fingerprint (SHA‑256)',
    until: 'Valid until',
    compare:
      'Before you install it, compare the fingerprint with the one your admin sees on the server itself. Only then it really is this system.',
    download: 'Download certificate',
    downloadPem: 'Download as PEM',
    stepsTitle: 'How to install it',
    windows: 'Windows',
    windowsSteps:
      'Download the certificate and double-click it.\nChoose “Install Certificate”, then “Current User”.\n“Place all certificates in the following store”: “Trusted Root Certification Authorities”.\nConfirm, and restart the browser.',
    macos: 'macOS',
    macosSteps:
      'Download the certificate and double-click it: Keychain Access opens.\nDouble-click the certificate of Rufwerk in the list.\nUnder “Trust” choose “Always Trust”, and confirm with your password.',
    iphone: 'iPhone and iPad',
    iphoneSteps:
      'Open this page in Safari, download the certificate and tap “Allow”.\nSettings → General → VPN & Device Management: install the profile.\nSettings → General → About → Certificate Trust Settings: turn it on.',
    android: 'Android',
    androidSteps:
      'Download the certificate.\nSettings → Security → Encryption & credentials → Install a certificate → CA certificate.\nTap “Install anyway” and choose the file.',
    firefox: 'Firefox',
    firefoxSteps:
      'Download the certificate as PEM.\nSettings → Privacy & Security → View Certificates → Authorities → Import.\nTick “Trust this CA to identify websites”.',
    desk: 'Desk phones',
    deskSteps:
      'Download the certificate as PEM.\nUpload it in the web interface of the phone, under “Security”, as a trusted certificate authority.\nChoose TLS as transport and enter port {{port}}. Date and time of the phone must be right.',
    inSettings: 'Connect encrypted',
    inSettingsText: 'Desk phones and browsers need the certificate of this system once.',
    toPage: 'Set up the certificate',
    toApp: 'To Rufwerk',
  },
  srtp: {
    label: 'Encrypt the sound',
    off: 'Off',
    offText: 'The sound is not encrypted. Anybody with access to the network can listen in.',
    offState: 'Not encrypted',
    on: 'If possible',
    onText: 'The sound is encrypted when the phone can do it, and unencrypted otherwise.',
    onState: 'Encrypted if possible',
    required: 'Always',
    requiredText: 'The sound is always encrypted. Calls without encryption fail.',
    requiredState: 'Always encrypted',
    tls: 'The keys are part of the signalling. They are safe only if the phone registers over TLS, at port {{port}}.',
    onPhone: 'For the sound to be encrypted, turn on SRTP on the phone.',
    onPhoneTls:
      'For the sound to be encrypted, turn on SRTP on the phone. Choose TLS as transport there, with port {{port}}; otherwise somebody in the network can read the keys.',
    changeName: 'Change the encryption of {{name}}',
    changeTitle: 'Encryption of {{name}}',
    changeText:
      'The setting covers the connection between the phone and Rufwerk. It applies from the next call on.',
    save: 'Save',
  },
  banner: {
    label: 'Note',
    outdated: 'The phone system was updated. Reload this page so that the phone works again.',
    reload: 'Reload',
    reconnecting: 'The phone system is not responding. Rufwerk reconnects by itself.',
    reconnectingCall:
      'The phone system is not responding. Your call continues; Rufwerk reconnects by itself.',
    refused:
      'The phone system refused this phone (SIP {{status}}). Sign out and in again; if that does not help, ask your administrator.',
    demo: 'Demonstration: Muster GmbH. Call Anna at 101, or the echo at *43.',
  },
  exposure: {
    label: 'Warning about devices',
    affected_one: '{{count}} of {{total}} devices is affected by an advisory, unknown: {{unknown}}.',
    affected_other: '{{count}} of {{total}} devices are affected by an advisory, unknown: {{unknown}}.',
    demo: 'Demonstration with made-up devices: {{text}}',
    link: 'See which',
  },
  alarm: {
    label: 'Warning of the system',
    more_one: '{{text}} And one more warning.',
    more_other: '{{text}} And {{count}} more warnings.',
    'certificate-expiring': 'The certificate of the system expires soon or has expired (days: {{daysLeft}}).',
    'authority-expiring': 'The certificate authority of the system expires soon (days: {{daysLeft}}).',
    'certificate-not-renewed': 'The certificate could not be renewed. The previous one stays in use.',
    'clock-jumped': 'The clock of the server was set (by {{seconds}} s). Check its time synchronisation.',
    'disk-full': 'The disk of the server is full. New calls are refused, those under way go on.',
    'disk-low': 'The disk of the server has only {{megabytes}} MB left.',
    'store-failing': 'The database cannot be written. New calls are refused.',
    'media-missing': 'The process for sound is not running at the moment.',
    'media-restarted': 'The process for sound was restarted (within an hour: {{times}}).',
    'dial-plan-unreadable':
      'The stored dial plan (version {{version}}) cannot be read. Calls follow version {{used}}; apply a new one.',
    'dial-plan-wrong':
      'The dial plan (version {{version}}) no longer fits people and sites (mistakes: {{mistakes}}). Check it.',
    'backup-failed': 'The last backup failed: {{why}}.',
    'backup-old': 'There has been no backup for {{hours}} hours.',
    'mail-failing':
      'Mail cannot be sent at the moment (waiting: {{waiting}}). Check the mail server with a test mail.',
    'trunk-down': 'No connection to the provider: {{trunks}}. Calls over it are not possible at the moment.',
    'emergency-uncovered':
      'No emergency calls by a line of the site: {{sites}}. Name a line for emergency calls in the dial plan.',
    'emergency-call': 'Emergency call to {{number}}: {{people}}.',
    'emergency-call-elsewhere':
      'Emergency call to {{number}} from outside the company’s networks: {{people}}. Where that is, is unknown: ask.',
    'flow-broken':
      'Calls meet a mistake of the dial plan ({{places}}; within an hour: {{times}}) and hear an announcement. Check the dial plan.',
    'toll-limit':
      'The limit of outside calls of a day is reached ({{limit}}): {{people}}. Further calls are refused.',
    'unusual-traffic':
      'Unusually many calls to the outside ({{what}}: {{times}} in ten minutes): {{people}}. Check whether somebody misuses an account.',
    'canary-called':
      'Numbers were called that nobody has a reason to call ({{numbers}}): {{people}}. Check whether somebody misuses an account.',
    'wrong-passwords': 'Somebody is guessing passwords: {{times}} wrong ones within ten minutes.',
  },
}
