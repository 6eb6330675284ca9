// Runs inside the page, before its own scripts: notes every track that a peer connection receives, and cuts
// what it sounds like into windows. Must not refer to anything outside the function: it travels as text.

export interface PageWindow {
  readonly rate: number
  /** 16-bit samples. */
  readonly base64: string
}

export interface PageEars {
  begin(): void
  end(): PageWindow[]
}

/** The little of a browser that is used here; the types of Node do not have it. */
interface PageWorld {
  ears: PageEars
  /** Of all calls so far. */
  connections: unknown[]
  RTCPeerConnection: new (...settings: unknown[]) => PageConnection
  readonly RTCRtpSender: { getCapabilities(kind: string): { codecs: { mimeType: string }[] } }
  readonly navigator: {
    readonly mediaDevices?: { getUserMedia(wanted: { audio?: unknown }): Promise<unknown> }
  }
  readonly MediaStream: new (tracks: unknown[]) => unknown
  readonly AudioContext: new (options: {
    sampleRate: number
  }) => {
    readonly currentTime: number
    readonly sampleRate: number
    createAnalyser(): { fftSize: number; getFloatTimeDomainData(samples: Float32Array): void }
    createMediaStreamSource(stream: unknown): { connect(node: unknown): void }
    close(): Promise<void>
  }
  btoa(text: string): string
}

interface PageConnection {
  addEventListener(name: 'track', listener: (event: { track: unknown }) => void): void
  getTransceivers(): { setCodecPreferences(codecs: unknown[]): void }[]
  createOffer(...options: unknown[]): Promise<unknown>
  createAnswer(...options: unknown[]): Promise<unknown>
}

/** `codec`: the only one this page speaks, like PCMA; undefined for all it knows. */
export function hookPage(codec?: string): void {
  const page = globalThis as unknown as PageWorld
  const WINDOW_SAMPLES = 8192
  const POLL_MS = 100
  const tracks: unknown[] = []
  page.connections = []
  const windows: { rate: number; base64: string }[] = []
  let stop = () => {
    // Nothing is listened to yet.
  }

  class ListeningConnection extends page.RTCPeerConnection {
    constructor(...settings: unknown[]) {
      super(...settings)
      this.addEventListener('track', (event) => tracks.push(event.track))
      page.connections.push(this)
    }

    #prefer(): void {
      if (codec === undefined) return
      const wanted = [`audio/${codec}`, 'audio/telephone-event']
      const { codecs } = page.RTCRtpSender.getCapabilities('audio')
      const preferred = codecs.filter(({ mimeType }) => wanted.includes(mimeType))
      for (const transceiver of this.getTransceivers()) transceiver.setCodecPreferences(preferred)
    }

    override createOffer(...options: unknown[]): Promise<unknown> {
      this.#prefer()
      return super.createOffer(...options)
    }

    override createAnswer(...options: unknown[]): Promise<unknown> {
      this.#prefer()
      return super.createAnswer(...options)
    }
  }
  page.RTCPeerConnection = ListeningConnection

  const devices = page.navigator.mediaDevices
  if (devices) {
    const original = devices.getUserMedia.bind(devices)
    devices.getUserMedia = (wanted: { audio?: unknown }) => {
      const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
      const audio = typeof wanted.audio === 'object' ? { ...wanted.audio, ...plain } : wanted.audio && plain
      return original({ ...wanted, audio })
    }
  }

  const toBase64 = (samples: Float32Array): string => {
    const whole = Int16Array.from(samples, (value) => Math.max(-1, Math.min(1, value)) * 32_767)
    let text = ''
    for (const byte of new Uint8Array(whole.buffer)) text += String.fromCharCode(byte)
    return page.btoa(text)
  }
  const ears: PageEars = {
    begin() {
      windows.length = 0
      const context = new page.AudioContext({ sampleRate: 48_000 })
      const analyser = context.createAnalyser()
      analyser.fftSize = WINDOW_SAMPLES
      context.createMediaStreamSource(new page.MediaStream([tracks.at(-1)])).connect(analyser)
      const samples = new Float32Array(WINDOW_SAMPLES)
      let isFirst = true
      const timer = setInterval(() => {
        // The first windows are partly from before the listening began.
        if (isFirst && context.currentTime * 48_000 < 2 * WINDOW_SAMPLES) return
        isFirst = false
        analyser.getFloatTimeDomainData(samples)
        windows.push({ rate: context.sampleRate, base64: toBase64(samples) })
      }, POLL_MS)
      stop = () => {
        clearInterval(timer)
        context.close()
      }
    },
    end() {
      stop()
      return windows
    },
  }
  page.ears = ears
}
