const megabyte = 1 << 20

/**
 * The largest file WhatsApp takes of what a browser says its type is, in bytes. The server looks at the file itself and
 * judges; this keeps somebody from uploading for minutes what will be refused.
 */
export function largestOf(type: string): number {
  if (type === 'image/webp') return 500 << 10
  if (type.startsWith('image/')) return 5 * megabyte
  if (/^(?:audio|video)\//.test(type)) return 16 * megabyte
  return 100 * megabyte
}

/** A limit as it is known: in KB and MB of 1,024. */
export function limitName(bytes: number): string {
  return bytes < megabyte ? `${bytes >> 10} KB` : `${bytes / megabyte} MB`
}
