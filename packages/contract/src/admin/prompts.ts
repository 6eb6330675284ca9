// What callers hear besides people: announcements and music on hold, and replacing them.
import { z } from '../schema.ts'

export const Prompt = z
  .object({
    file: z.string().describe('Its id: the language or "music", a dash, and the name, such as de-welcome.'),
    language: z.enum(['de', 'en', 'music']),
    name: z.string().describe('As a dial plan names it.'),
    text: z.string().optional().describe('What the built-in one says.'),
    use: z.string().optional().describe('When the built-in one is heard, in English.'),
    isBuiltIn: z.boolean().describe('Is heard also after its own recording is removed.'),
    isFixed: z.boolean().describe('Its words are evidence: it cannot be replaced.'),
    own: z
      .object({
        seconds: z.number().describe('Its length.'),
        changedAt: z.number().int().describe('Unix time in ms.'),
      })
      .optional()
      .describe('Present: the company has recorded it.'),
  })
  .meta({ id: 'Prompt' })
export type Prompt = z.infer<typeof Prompt>

export const Prompts = z.object({ prompts: z.array(Prompt) }).meta({ id: 'Prompts' })
export type Prompts = z.infer<typeof Prompts>

/** Something said by phone: a message in one of the own boxes. */
export const PromptFromMessage = z
  .strictObject({
    message: z
      .string()
      .regex(/^[0-9A-Za-z_-]{1,64}$/)
      .describe('Its id.'),
  })
  .meta({ id: 'PromptFromMessage' })
export type PromptFromMessage = z.infer<typeof PromptFromMessage>

/** Of an upload. */
export const PROMPT_UPLOAD_BYTES_MAX = 20 * 1024 * 1024
