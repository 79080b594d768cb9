namespace MuSc.Cli.Commands.Cluster;

/// <summary>
/// When a server is to end: on Ctrl-C or SIGTERM. One that another program started and holds by its standard input ends when that
/// input does, or on SIGTERM; a terminal's Ctrl-C, which reaches both, is left to that program.
/// </summary>
internal sealed class ServerEnd : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration? _interrupt;
    private readonly PosixSignalRegistration? _terminate;

    /// <param name="held">Whether another program holds it by its standard input.</param>
    /// <param name="signals">Cancelled by Ctrl-C and SIGTERM.</param>
    public ServerEnd(bool held, CancellationToken signals)
    {
        _source = held ? new() : CancellationTokenSource.CreateLinkedTokenSource(signals);
        if (held)
        {
            _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
            _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Cancel());
            new Thread(WaitForEndOfInput) { IsBackground = true, Name = "end of input" }.Start();
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt?.Dispose();
        _terminate?.Dispose();
        _source.Dispose();
    }

    private void WaitForEndOfInput()
    {
        using Stream input = Console.OpenStandardInput();
        byte[] ignored = new byte[256];
        while (input.Read(ignored) > 0)
        {
            // Only the end matters.
        }

        Cancel();
    }

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The server ended first.
        }
    }
}
