// The protobuf messages of the Kubernetes API that the simulated server sends: field numbers from
// generated.proto of k8s.io/api and k8s.io/apimachinery v0.36.3, without the fields it never fills.

/**
 * `name=number:type` with `[]` repeated, `{}` map from string, `^` inlined into the JSON object around
 * it, `!` written even when empty (what Go's encoder does for fields that are no pointers).
 */
export const messages = {
  Affinity: 'nodeAffinity=1:NodeAffinity',
  Capabilities: 'add=1:string[] drop=2:string[]',
  ConfigMapEnvSource: 'localObjectReference=1:LocalObjectReference^! optional=2:bool',
  ConfigMapKeySelector:
    'localObjectReference=1:LocalObjectReference^! key=2:string! optional=3:bool',
  ConfigMapProjection:
    'localObjectReference=1:LocalObjectReference^! items=2:KeyToPath[] optional=4:bool',
  ConfigMapVolumeSource:
    'localObjectReference=1:LocalObjectReference^! items=2:KeyToPath[] defaultMode=3:int optional=4:bool',
  Container:
    'name=1:string! image=2:string! command=3:string[] args=4:string[] workingDir=5:string! ports=6:ContainerPort[] env=7:EnvVar[] resources=8:ResourceRequirements! volumeMounts=9:VolumeMount[] livenessProbe=10:Probe readinessProbe=11:Probe terminationMessagePath=13:string! imagePullPolicy=14:string! securityContext=15:SecurityContext stdin=16:bool! stdinOnce=17:bool! tty=18:bool! envFrom=19:EnvFromSource[] terminationMessagePolicy=20:string! startupProbe=22:Probe resizePolicy=23:ContainerResizePolicy[] restartPolicy=24:string',
  ContainerPort:
    'name=1:string! hostPort=2:int! containerPort=3:int! protocol=4:string! hostIP=5:string!',
  ContainerResizePolicy: 'resourceName=1:string! restartPolicy=2:string!',
  ContainerState:
    'waiting=1:ContainerStateWaiting running=2:ContainerStateRunning terminated=3:ContainerStateTerminated',
  ContainerStateRunning: 'startedAt=1:Time!',
  ContainerStateTerminated:
    'exitCode=1:int! signal=2:int! reason=3:string! message=4:string! startedAt=5:Time! finishedAt=6:Time! containerID=7:string!',
  ContainerStateWaiting: 'reason=1:string! message=2:string!',
  ContainerStatus:
    'name=1:string! state=2:ContainerState! lastState=3:ContainerState! ready=4:bool! restartCount=5:int! image=6:string! imageID=7:string! containerID=8:string! started=9:bool resources=11:ResourceRequirements volumeMounts=12:VolumeMountStatus[] user=13:ContainerUser',
  ContainerUser: 'linux=1:LinuxContainerUser',
  DownwardAPIProjection: 'items=1:DownwardAPIVolumeFile[]',
  DownwardAPIVolumeFile: 'path=1:string! fieldRef=2:ObjectFieldSelector mode=4:int',
  DownwardAPIVolumeSource: 'items=1:DownwardAPIVolumeFile[] defaultMode=2:int',
  EmptyDirVolumeSource: 'medium=1:string! sizeLimit=2:Quantity',
  EnvFromSource: 'prefix=1:string! configMapRef=2:ConfigMapEnvSource secretRef=3:SecretEnvSource',
  EnvVar: 'name=1:string! value=2:string! valueFrom=3:EnvVarSource',
  EnvVarSource:
    'fieldRef=1:ObjectFieldSelector configMapKeyRef=3:ConfigMapKeySelector secretKeyRef=4:SecretKeySelector',
  EphemeralContainer:
    'ephemeralContainerCommon=1:EphemeralContainerCommon^! targetContainerName=2:string!',
  EphemeralContainerCommon:
    'name=1:string! image=2:string! command=3:string[] args=4:string[] workingDir=5:string! ports=6:ContainerPort[] env=7:EnvVar[] resources=8:ResourceRequirements! volumeMounts=9:VolumeMount[] livenessProbe=10:Probe readinessProbe=11:Probe terminationMessagePath=13:string! imagePullPolicy=14:string! securityContext=15:SecurityContext stdin=16:bool! stdinOnce=17:bool! tty=18:bool! envFrom=19:EnvFromSource[] terminationMessagePolicy=20:string! startupProbe=22:Probe resizePolicy=23:ContainerResizePolicy[] restartPolicy=24:string',
  Event:
    'metadata=1:ObjectMeta! involvedObject=2:ObjectReference! reason=3:string! message=4:string! source=5:EventSource! firstTimestamp=6:Time! lastTimestamp=7:Time! count=8:int! type=9:string! eventTime=10:MicroTime! series=11:EventSeries action=12:string! related=13:ObjectReference reportingComponent=14:string! reportingInstance=15:string!',
  EventList: 'metadata=1:ListMeta! items=2:Event[]',
  EventSeries: 'count=1:int! lastObservedTime=2:MicroTime!',
  EventSource: 'component=1:string! host=2:string!',
  ExecAction: 'command=1:string[]',
  HTTPGetAction: 'path=1:string! port=2:IntOrString! host=3:string! scheme=4:string!',
  HostIP: 'ip=1:string!',
  HostPathVolumeSource: 'path=1:string! type=2:string',
  ImageVolumeSource: 'reference=1:string! pullPolicy=2:string!',
  ImageVolumeStatus: 'imageRef=1:string!',
  KeyToPath: 'key=1:string! path=2:string! mode=3:int',
  LinuxContainerUser: 'uid=1:int! gid=2:int! supplementalGroups=3:int[]',
  ListMeta:
    'selfLink=1:string! resourceVersion=2:string! continue=3:string! remainingItemCount=4:int shardInfo=5:ShardInfo',
  LocalObjectReference: 'name=1:string!',
  ManagedFieldsEntry:
    'manager=1:string! operation=2:string! apiVersion=3:string! time=4:Time fieldsType=6:string! fieldsV1=7:FieldsV1 subresource=8:string!',
  NodeAffinity: 'requiredDuringSchedulingIgnoredDuringExecution=1:NodeSelector',
  NodeSelector: 'nodeSelectorTerms=1:NodeSelectorTerm[]',
  NodeSelectorRequirement: 'key=1:string! operator=2:string! values=3:string[]',
  NodeSelectorTerm:
    'matchExpressions=1:NodeSelectorRequirement[] matchFields=2:NodeSelectorRequirement[]',
  ObjectFieldSelector: 'apiVersion=1:string! fieldPath=2:string!',
  ObjectMeta:
    'name=1:string! generateName=2:string! namespace=3:string! selfLink=4:string! uid=5:string! resourceVersion=6:string! generation=7:int! creationTimestamp=8:Time! deletionTimestamp=9:Time deletionGracePeriodSeconds=10:int labels=11:string{} annotations=12:string{} ownerReferences=13:OwnerReference[] finalizers=14:string[] managedFields=17:ManagedFieldsEntry[]',
  ObjectReference:
    'kind=1:string! namespace=2:string! name=3:string! uid=4:string! apiVersion=5:string! resourceVersion=6:string! fieldPath=7:string!',
  OwnerReference:
    'kind=1:string! name=3:string! uid=4:string! apiVersion=5:string! controller=6:bool blockOwnerDeletion=7:bool',
  PersistentVolumeClaimVolumeSource: 'claimName=1:string! readOnly=2:bool!',
  Pod: 'metadata=1:ObjectMeta! spec=2:PodSpec! status=3:PodStatus!',
  PodCondition:
    'type=1:string! status=2:string! lastProbeTime=3:Time! lastTransitionTime=4:Time! reason=5:string! message=6:string! observedGeneration=7:int!',
  PodIP: 'ip=1:string!',
  PodList: 'metadata=1:ListMeta! items=2:Pod[]',
  PodSecurityContext:
    'runAsUser=2:int runAsNonRoot=3:bool supplementalGroups=4:int[] fsGroup=5:int runAsGroup=6:int seccompProfile=10:SeccompProfile',
  PodSpec:
    'volumes=1:Volume[] containers=2:Container[] restartPolicy=3:string! terminationGracePeriodSeconds=4:int activeDeadlineSeconds=5:int dnsPolicy=6:string! nodeSelector=7:string{} serviceAccountName=8:string! serviceAccount=9:string! nodeName=10:string! hostNetwork=11:bool! hostPID=12:bool! hostIPC=13:bool! securityContext=14:PodSecurityContext imagePullSecrets=15:LocalObjectReference[] hostname=16:string! subdomain=17:string! affinity=18:Affinity schedulerName=19:string! initContainers=20:Container[] automountServiceAccountToken=21:bool tolerations=22:Toleration[] priorityClassName=24:string! priority=25:int shareProcessNamespace=27:bool enableServiceLinks=30:bool preemptionPolicy=31:string ephemeralContainers=34:EphemeralContainer[] setHostnameAsFQDN=35:bool',
  PodStatus:
    'phase=1:string! conditions=2:PodCondition[] message=3:string! reason=4:string! hostIP=5:string! podIP=6:string! startTime=7:Time containerStatuses=8:ContainerStatus[] qosClass=9:string! initContainerStatuses=10:ContainerStatus[] nominatedNodeName=11:string! podIPs=12:PodIP[] ephemeralContainerStatuses=13:ContainerStatus[] resize=14:string! hostIPs=16:HostIP[] observedGeneration=17:int! resources=20:ResourceRequirements',
  Probe:
    'handler=1:ProbeHandler^! initialDelaySeconds=2:int! timeoutSeconds=3:int! periodSeconds=4:int! successThreshold=5:int! failureThreshold=6:int! terminationGracePeriodSeconds=7:int',
  ProbeHandler: 'exec=1:ExecAction httpGet=2:HTTPGetAction tcpSocket=3:TCPSocketAction',
  ProjectedVolumeSource: 'sources=1:VolumeProjection[] defaultMode=2:int',
  RawExtension: 'raw=1:bytes',
  ResourceRequirements: 'limits=1:Quantity{} requests=2:Quantity{}',
  SeccompProfile: 'type=1:string! localhostProfile=2:string',
  SecretEnvSource: 'localObjectReference=1:LocalObjectReference^! optional=2:bool',
  SecretKeySelector: 'localObjectReference=1:LocalObjectReference^! key=2:string! optional=3:bool',
  SecretProjection:
    'localObjectReference=1:LocalObjectReference^! items=2:KeyToPath[] optional=4:bool',
  SecretVolumeSource: 'secretName=1:string! items=2:KeyToPath[] defaultMode=3:int optional=4:bool',
  SecurityContext:
    'capabilities=1:Capabilities privileged=2:bool runAsUser=4:int runAsNonRoot=5:bool readOnlyRootFilesystem=6:bool allowPrivilegeEscalation=7:bool runAsGroup=8:int seccompProfile=11:SeccompProfile',
  ServiceAccountTokenProjection: 'audience=1:string! expirationSeconds=2:int path=3:string!',
  ShardInfo: 'selector=1:string!',
  Status:
    'metadata=1:ListMeta! status=2:string! message=3:string! reason=4:string! details=5:StatusDetails code=6:int!',
  StatusCause: 'reason=1:string! message=2:string! field=3:string!',
  StatusDetails:
    'name=1:string! group=2:string! kind=3:string! causes=4:StatusCause[] retryAfterSeconds=5:int! uid=6:string!',
  TCPSocketAction: 'port=1:IntOrString! host=2:string!',
  Toleration:
    'key=1:string! operator=2:string! value=3:string! effect=4:string! tolerationSeconds=5:int',
  TypeMeta: 'apiVersion=1:string! kind=2:string!',
  Unknown: 'typeMeta=1:TypeMeta! raw=2:bytes! contentEncoding=3:string! contentType=4:string!',
  Volume: 'name=1:string! volumeSource=2:VolumeSource^!',
  VolumeMount:
    'name=1:string! readOnly=2:bool! mountPath=3:string! subPath=4:string! mountPropagation=5:string subPathExpr=6:string! recursiveReadOnly=7:string',
  VolumeMountStatus:
    'name=1:string! mountPath=2:string! readOnly=3:bool! recursiveReadOnly=4:string volumeStatus=5:VolumeStatus^',
  VolumeProjection:
    'secret=1:SecretProjection downwardAPI=2:DownwardAPIProjection configMap=3:ConfigMapProjection serviceAccountToken=4:ServiceAccountTokenProjection',
  VolumeSource:
    'hostPath=1:HostPathVolumeSource emptyDir=2:EmptyDirVolumeSource secret=6:SecretVolumeSource persistentVolumeClaim=10:PersistentVolumeClaimVolumeSource downwardAPI=16:DownwardAPIVolumeSource configMap=19:ConfigMapVolumeSource projected=26:ProjectedVolumeSource image=30:ImageVolumeSource',
  VolumeStatus: 'image=1:ImageVolumeStatus',
  WatchEvent: 'type=1:string! object=2:RawExtension!',
} as const;

export type MessageName = keyof typeof messages;
