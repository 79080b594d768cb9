using MuSc.Cli.Terminal;
using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Cli.Tests.Terminal;

public sealed class FailureTests
{
    public static TheoryData<Exception, int> Errors => new()
    {
        { new JobException(JobErrorKind.Usage, "usage"), 2 },
        { new JobException(JobErrorKind.Input, "input"), 3 },
        { new JobException(JobErrorKind.Resource, "resource"), 4 },
        { new ImageFileException("a.png", "the file is empty"), 3 },
        { new BackboneException("no backbone"), 3 },
        { new DeviceException("no device"), 4 },
        { new IOException("disk full"), 4 },
        { new InsufficientMemoryException(), 4 },
        { new InvalidOperationException("a mistake in the program"), 70 },
        { new OperationCanceledException(), 70 },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_error_has_its_exit_code_and_one_line(Exception error, int exitCode)
    {
        using StringWriter output = new();
        Assert.Equal(exitCode, Failure.Report(error, cancelled: false, verbose: false, output));
        Assert.Single(output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("musc: ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_that_was_asked_for_ends_with_130()
    {
        using StringWriter output = new();
        Assert.Equal(130, Failure.Report(new OperationCanceledException(), cancelled: true, verbose: true, output));
        Assert.Contains("nothing half-written", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_shows_where_an_error_came_from()
    {
        using StringWriter output = new();
        Failure.Report(new InvalidOperationException("a mistake"), cancelled: false, verbose: true, output);
        Assert.Contains("System.InvalidOperationException: a mistake", output.ToString(), StringComparison.Ordinal);
    }
}
