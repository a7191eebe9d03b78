// What a Pod waits for before its containers start, as the stand-in for a kubelet (scripts/plane) has it.

/** `[{kind, name, key}]` of the ConfigMaps, Secrets and claims that the Pod cannot start without; `key` where one of its keys is needed. */
export function needsOf({ volumes, containers, initContainers }) {
  const found = [];
  const need = (kind, reference, key) => {
    if (reference?.name && !reference.optional) found.push({ kind, name: reference.name, ...(key && { key }) });
  };
  for (const volume of volumes ?? []) {
    need('ConfigMap', volume.configMap);
    need('Secret', volume.secret && { name: volume.secret.secretName, optional: volume.secret.optional });
    need('PersistentVolumeClaim', { name: volume.persistentVolumeClaim?.claimName });
    for (const source of volume.projected?.sources ?? []) {
      // The API server projects this one into every Pod; its controller does not run here.
      if (source.configMap?.name !== 'kube-root-ca.crt') need('ConfigMap', source.configMap);
      need('Secret', source.secret);
    }
  }
  for (const container of [...(initContainers ?? []), ...(containers ?? [])]) {
    for (const source of container.envFrom ?? []) {
      need('ConfigMap', source.configMapRef);
      need('Secret', source.secretRef);
    }
    for (const { valueFrom } of container.env ?? []) {
      need('ConfigMap', valueFrom?.configMapKeyRef, valueFrom?.configMapKeyRef?.key);
      need('Secret', valueFrom?.secretKeyRef, valueFrom?.secretKeyRef?.key);
    }
  }
  return found;
}
