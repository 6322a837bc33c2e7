/** One matter of the profile, with its name. */
import type { ComponentChildren } from 'preact';

interface ProfileCardProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function ProfileCard({ title, wide = false, children }: ProfileCardProps) {
  return (
    <section class={wide ? 'card user-card user-card-wide' : 'card user-card'}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
