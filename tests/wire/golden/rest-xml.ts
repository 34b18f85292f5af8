import type { GoldenExchange } from "./exchange.ts";

export const restXml: GoldenExchange = {
  name: "REST-XML",
  model: () => import("@aws-sdk/client-route-53"),
  operation: "CreateHostedZone",
  request: `POST /2013-04-01/hostedzone HTTP/1.1
content-type: application/xml

<?xml version="1.0" encoding="UTF-8"?><CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>example.com</Name><CallerReference>r &amp; s</CallerReference><HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig></CreateHostedZoneRequest>`,
  input: { Name: "example.com", CallerReference: "r & s", HostedZoneConfig: { PrivateZone: true } },
  output: {
    HostedZone: { Id: "/hostedzone/Z1", Name: "example.com.", CallerReference: "r & s" },
    ChangeInfo: { Id: "/change/C1", Status: "INSYNC", SubmittedAt: new Date("2026-03-04T05:06:07Z") },
    DelegationSet: { NameServers: ["ns-1.example", "ns-2.example"] },
    Location: "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1",
  },
  response: `201
content-type: application/xml
location: https://route53.amazonaws.com/2013-04-01/hostedzone/Z1
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<?xml version="1.0" encoding="UTF-8"?>
<CreateHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZone><Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>r &amp; s</CallerReference></HostedZone><ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status><SubmittedAt>2026-03-04T05:06:07Z</SubmittedAt></ChangeInfo><DelegationSet><NameServers><NameServer>ns-1.example</NameServer><NameServer>ns-2.example</NameServer></NameServers></DelegationSet></CreateHostedZoneResponse>`,
  error: { code: "HostedZoneAlreadyExists", status: 409, message: "A hosted zone has already been created." },
  errorResponse: `409
content-type: application/xml
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

<?xml version="1.0" encoding="UTF-8"?>
<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>HostedZoneAlreadyExists</Code><Message>A hosted zone has already been created.</Message></Error><RequestId>11111111-2222-4333-8444-555555555555</RequestId></ErrorResponse>`,
};
