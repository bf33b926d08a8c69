import {
  ContactRound,
  FileText,
  Image,
  MapPin,
  MessageSquareDashed,
  Mic,
  Phone,
  ShoppingBag,
  Smile,
  Sticker,
  Video,
  type LucideIcon,
} from 'lucide-react'

const icons: Readonly<Record<string, LucideIcon>> = {
  audio: Mic,
  call: Phone,
  voice: Mic,
  contacts: ContactRound,
  document: FileText,
  image: Image,
  location: MapPin,
  order: ShoppingBag,
  reaction: Smile,
  sticker: Sticker,
  unsupported: MessageSquareDashed,
  video: Video,
}

/** The icon of a kind of message; undefined for plain words. */
export function kindIcon(kind: string): LucideIcon | undefined {
  return icons[kind]
}
