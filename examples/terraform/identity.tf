data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "web-execution"
  description        = "Pulls, logs and reads secrets for ${var.environment}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "configuration" {
  statement {
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.api_token.arn]
  }
  statement {
    sid       = "Parameters"
    actions   = ["ssm:GetParameters"]
    resources = [aws_ssm_parameter.greeting.arn, aws_ssm_parameter.password.arn]
  }
  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.web.arn]
  }
}

resource "aws_iam_policy" "configuration" {
  name   = "web-configuration"
  path   = "/web/"
  policy = data.aws_iam_policy_document.configuration.json
}

resource "aws_iam_role_policy_attachment" "configuration" {
  role       = aws_iam_role.execution.name
  policy_arn = aws_iam_policy.configuration.arn
}

resource "aws_iam_role" "task" {
  name                 = "web-task"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.configuration.arn
}

resource "aws_iam_role_policy" "task" {
  name = "describe-itself"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = var.environment == "test" ? ["ecs:DescribeTasks"] : ["ecs:DescribeTasks", "ecs:ListTasks"], Resource = "*" }]
  })
}

resource "aws_iam_user" "deployer" {
  name = "deployer"
  path = "/machines/"
}

resource "aws_iam_group" "deployers" {
  name = "deployers"
}

resource "aws_iam_group_policy" "deployers" {
  name   = "deploy"
  group  = aws_iam_group.deployers.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "ecs:*", Resource = "*" }] })
}

resource "aws_iam_group_policy_attachment" "deployers" {
  group      = aws_iam_group.deployers.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_group_membership" "deployer" {
  user   = aws_iam_user.deployer.name
  groups = [aws_iam_group.deployers.name]
}

resource "aws_iam_user_policy" "deployer" {
  name   = "pass-roles"
  user   = aws_iam_user.deployer.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = [aws_iam_role.execution.arn, aws_iam_role.task.arn] }] })
}

resource "aws_iam_user_policy_attachment" "deployer" {
  user       = aws_iam_user.deployer.name
  policy_arn = aws_iam_policy.configuration.arn
}

resource "aws_iam_access_key" "deployer" {
  user = aws_iam_user.deployer.name
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  role = aws_iam_role.task.name
}

resource "aws_iam_openid_connect_provider" "pipelines" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = var.environment == "test" ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "deploy"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
}

resource "aws_iam_account_alias" "alias" {
  account_alias = "web-of-fleetless"
}
