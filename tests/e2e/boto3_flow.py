"""The whole flow of one task with an unmodified boto3; prints one JSON line of what it saw."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

image = sys.argv[1]
iam, ecs, ec2, logs, sts = (boto3.client(name) for name in ("iam", "ecs", "ec2", "logs", "sts"))
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
role = iam.create_role(RoleName="boto3-execution", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
iam.put_role_policy(
    RoleName="boto3-execution",
    PolicyName="logs",
    PolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["logs:Create*", "logs:Put*"], "Resource": "*"}],
        }
    ),
)
ecs.create_cluster(clusterName="boto3", tags=[{"key": "made-by", "value": "boto3"}])
ecs.register_task_definition(
    family="boto3",
    requiresCompatibilities=["FARGATE"],
    networkMode="awsvpc",
    cpu=".25 vCPU",
    memory="0.5 GB",
    executionRoleArn=role["Arn"],
    containerDefinitions=[
        {
            "name": "main",
            "image": image,
            "command": ["sh", "-c", "echo $GREETING; exit 7"],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/boto3",
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "boto3",
                    "awslogs-create-group": "true",
                },
            },
        }
    ],
)
subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
task = ecs.run_task(
    cluster="boto3",
    taskDefinition="boto3:1",
    launchType="FARGATE",
    networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "assignPublicIp": "ENABLED"}},
    overrides={"containerOverrides": [{"name": "main", "environment": [{"name": "GREETING", "value": "hi"}]}]},
    tags=[{"key": "purpose", "value": "test"}],
)["tasks"][0]
ecs.get_waiter("tasks_stopped").wait(
    cluster="boto3", tasks=[task["taskArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
)
stopped = ecs.describe_tasks(cluster="boto3", tasks=[task["taskArn"]], include=["TAGS"])["tasks"][0]
stream = "boto3/main/" + task["taskArn"].split("/")[-1]
events = logs.get_log_events(logGroupName="/boto3", logStreamName=stream)["events"]
try:
    ecs.delete_cluster(cluster="nowhere")
    refusal = None
except ClientError as error:
    refusal = error.response["Error"]["Code"]
print(
    json.dumps(
        {
            "account": sts.get_caller_identity()["Account"],
            "exitCode": stopped["containers"][0]["exitCode"],
            "stopCode": stopped["stopCode"],
            "stoppedReason": stopped["stoppedReason"],
            "cpu": stopped["cpu"],
            "memory": stopped["memory"],
            "tags": stopped["tags"],
            "messages": [event["message"] for event in events],
            "refusal": refusal,
        }
    )
)
