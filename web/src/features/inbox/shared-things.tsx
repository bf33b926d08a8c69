import { MapPin, Phone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon'
import type { Call, Card, Place, Referral } from './payload'

/** A place, with a way to see it on a map. */
export function PlaceCard({ place }: { place: Place }) {
  const { t } = useTranslation('inbox')
  const at = `${place.latitude}, ${place.longitude}`
  const map = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`
  return (
    <span className="flex items-start gap-2">
      <Icon as={MapPin} size={16} className="mt-0.5" />
      <span className="min-w-0">
        <bdi className="block font-medium">{place.name || at}</bdi>
        {place.address && <bdi className="block text-sm">{place.address}</bdi>}
        <a href={map} target="_blank" rel="noreferrer noopener" className="text-sm underline">
          {t('place.map')}
        </a>
      </span>
    </span>
  )
}

/** Cards of people. */
export function CardList({ cards }: { cards: readonly Card[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {cards.map((card, i) => (
        <li key={i} className="min-w-0 wrap-anywhere">
          <bdi className="block font-medium">{card.name}</bdi>
          {card.company && <bdi className="block text-sm">{card.company}</bdi>}
          {card.phones.map((phone) => (
            <a key={phone} dir="ltr" href={`tel:${phone.replace(/[^+\d]/g, '')}`} className="block text-sm underline">
              {phone}
            </a>
          ))}
          {card.emails.map((email) => (
            <a key={email} dir="ltr" href={`mailto:${encodeURIComponent(email)}`} className="block text-sm underline">
              {email}
            </a>
          ))}
        </li>
      ))}
    </ul>
  )
}

/** The ad that brought the customer here. */
export function ReferralNote({ referral }: { referral: Referral }) {
  const { t } = useTranslation('inbox')
  return (
    <span className="mb-1 block border-s-2 border-current/30 ps-2 text-sm">
      <span className="block text-2xs font-semibold">{t('referral')}</span>
      <bdi className="block">{[referral.headline, referral.body].filter(Boolean).join(' · ')}</bdi>
    </span>
  )
}

/** A call, or how it ended. */
export function CallLine({ call }: { call: Call }) {
  const { t } = useTranslation('inbox')
  const minutes = Math.ceil(call.seconds / 60)
  const words = call.over ? (minutes > 0 ? t('call.over', { count: minutes }) : t('call.missed')) : t('call.calls')
  return (
    <span className="flex items-center gap-2 font-medium">
      <Icon as={Phone} size={16} />
      {words}
    </span>
  )
}
