resource "aws_ecs_cluster" "web" {
  name = "web"

  tags = {
    environment = "${var.environment}-cluster"
  }

  configuration {
    execute_command_configuration {
      logging = var.environment == "test" ? "NONE" : "DEFAULT"
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "web" {
  cluster_name       = aws_ecs_cluster.web.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = var.environment == "test" ? 100 : 50
  }
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/web/tasks"
  retention_in_days = var.retention_in_days
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  container_definitions = jsonencode([{
    name         = "web"
    image        = "${aws_ecr_repository.web.repository_url}:latest"
    essential    = true
    command      = ["sh", "-c", "echo $GREETING; sleep 3600"]
    portMappings = [{ containerPort = 80, protocol = "tcp" }]
    environment  = [{ name = "STAGE", value = var.environment }]
    secrets = [
      { name = "GREETING", valueFrom = aws_ssm_parameter.greeting.arn },
      { name = "TOKEN", valueFrom = "${aws_secretsmanager_secret.api_token.arn}:token::" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.web.name
        awslogs-region        = "us-east-1"
        awslogs-stream-prefix = "web"
      }
    }
  }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }
}
